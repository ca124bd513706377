import { OpenCurrent } from '@/components/shell/open-current'

export default function HomePage() {
  return <OpenCurrent />
}
