import type { LogLine, LogMarker } from '@/lib/contract/views/logs'

/** A break of the stream between browser and server; epoch ms. */
export interface StreamGap {
  readonly from: number
  readonly to: number
}

/**
 * What a stream that began anew brought: it sends its last lines again, so a pod whose first lines are all new may
 * have written more in between than it sends. Takes the items by `take`, which says whether a line was new.
 */
export function resumeSentence(gap: StreamGap, items: readonly (LogLine | LogMarker)[], take: (item: LogLine | LogMarker) => boolean): { readonly at: string; readonly message: string } {
  const pods = new Map<string, { fresh: number; known: number }>()
  let at: string | undefined
  for (const item of items) {
    const fresh = take(item)
    if ('marker' in item) continue
    const count = pods.get(item[0]) ?? { fresh: 0, known: 0 }
    pods.set(item[0], count)
    if (fresh) count.fresh++
    else count.known++
    if (fresh) at ??= item[1]
  }
  const unsure = [...pods].filter(([, { fresh, known }]) => fresh > 0 && known === 0).map(([pod]) => pod.slice(pod.lastIndexOf('-') + 1))
  const seconds = Math.max(1, Math.round((gap.to - gap.from) / 1000))
  const fresh = [...pods.values()].reduce((sum, count) => sum + count.fresh, 0)
  const outcome = unsure.length === 0 ? `resumed at the same lines, ${fresh} came meanwhile, 0 lost` : `resumed; lines of ${unsure.join(', ')} from in between may be missing`
  const last = items[items.length - 1]
  return { at: at ?? (last === undefined ? '' : 'marker' in last ? last.at : last[1]), message: `stream broken for ${seconds} s, ${outcome}` }
}
