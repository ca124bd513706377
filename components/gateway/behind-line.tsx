import type { PodBehind } from '@/lib/mesh/gateway-list/pod-sync'
import { Glyph } from '../ui/glyph'

/** What a pod has not taken, as a line under its name; nothing for a pod that has what its siblings have. */
export function BehindLine({ behind }: { readonly behind: PodBehind | undefined }) {
  if (!behind) return null
  const what = behind.resources.join(', ')
  return (
    <div className="envoy-behind" role="status">
      <Glyph shape="warn" label="" />
      <span>{behind.since === null ? 'This pod has other configuration than its siblings:' : <>This pod has not taken what its siblings got at <span className="m" title={behind.since}>{behind.since.slice(11, 19)}</span>; it answers by old rules:</>}</span>
      <span className="m cut" title={what}>{what}</span>
    </div>
  )
}

/** The state of a pod in the list of pods. */
export function PodGlyph({ pod, behind }: { readonly pod: { readonly ready: boolean; readonly phase: string }; readonly behind: boolean }) {
  return <Glyph shape={pod.ready && !behind ? 'ok' : 'warn'} label={pod.ready ? (behind ? 'not in sync' : 'ready') : pod.phase} />
}
