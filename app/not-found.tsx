import { NothingHere } from '@/components/shell/nothing-here'

/** Our own, rendered per request: Next's static one carries no nonce. */
export default function NotFound() {
  return <NothingHere />
}
