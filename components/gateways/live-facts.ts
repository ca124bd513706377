'use client'
import type { TruthFact } from '../ui/bars'
import { formatAge, useNow } from '../ui/relative-time'
import type { LiveGateways } from './use-live'

/** What the live columns come from: how many pods answered, when, and what it cost them. */
export function useLiveFacts(live: LiveGateways): readonly TruthFact[] {
  const now = useNow()
  if (live.readAt === null) return [{ label: 'Live', text: live.asked === 0 ? 'no pod to read' : live.reading ? `reading ${live.asked} pods` : 'no pod answered', wide: true }]
  const age = now === 0 ? '' : `, ${formatAge(now - live.readAt)} ago`
  return [{ label: 'Live', text: `${live.read} of ${live.asked} pods read${age}, ${Math.ceil(live.bytes / 1024)} KiB`, wide: true }]
}
