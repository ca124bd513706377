import { redirect } from 'next/navigation'
import { OpenCurrent } from '@/components/shell/open-current'
import { paths } from '@/components/shell/paths'
import { getBackend } from '@/lib/server/http/backend'

/** `/` goes to the current context's gateways; without one, or with an unreadable kubeconfig, it says so. */
export default function HomePage() {
  const current = currentSlug()
  if (current !== null) redirect(paths.gateways(current))
  return <OpenCurrent />
}

function currentSlug(): string | null {
  try {
    return getBackend().clusters().current
  } catch {
    // The page asks again through the API, and shows its error.
    return null
  }
}
