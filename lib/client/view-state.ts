import type { StreamEvent } from '@/lib/contract/stream'
import type { Revision } from '@/lib/mesh/snapshot'
import type { Json } from '@/lib/std/json'
import { applyJsonPatch } from '@/lib/std/json-patch'

/** What the query cache holds of a view: the wire form, to which patches apply, and the parsed one. */
export interface HeldView<Data> {
  readonly revision: Revision
  readonly wire: Json
  readonly data: Data
}

/** A `view` event of the stream. */
export type ViewEvent = Extract<StreamEvent, { kind: 'view' }>

/** What an event means for what is held: nothing new, the next wire form, or that the view must be fetched. */
export type ViewStep =
  | { readonly kind: 'old' }
  | { readonly kind: 'next'; readonly revision: Revision; readonly wire: Json }
  | { readonly kind: 'fetch' }

/**
 * Applies one event. Within an epoch a smaller or equal revision is dropped; whole data is taken; a patch applies
 * only to the revision it was made from; everything else asks for a fetch (architecture: "a revision is {epoch, n}").
 */
export function stepView(held: { readonly revision: Revision; readonly wire: Json }, event: ViewEvent): ViewStep {
  const sameEpoch = event.epoch === held.revision.epoch
  if (sameEpoch && event.to <= held.revision.n) return { kind: 'old' }
  const revision = { epoch: event.epoch, n: event.to }
  if (event.data !== undefined) return { kind: 'next', revision, wire: event.data }
  if (!sameEpoch || event.from !== held.revision.n || event.patch === undefined) return { kind: 'fetch' }
  const wire = patched(held.wire, event.patch)
  return wire === undefined ? { kind: 'fetch' } : { kind: 'next', revision, wire }
}

function patched(wire: Json, patch: NonNullable<ViewEvent['patch']>): Json | undefined {
  try {
    return applyJsonPatch(wire, patch)
  } catch {
    return undefined
  }
}
