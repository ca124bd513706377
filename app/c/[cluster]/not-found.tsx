import { NothingHere } from '@/components/shell/nothing-here'

export default function ClusterNotFound() {
  return <NothingHere />
}
