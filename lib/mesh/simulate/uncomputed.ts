import { formatRef } from '../resource'
import { extensionOrigin } from './extension-origin'
import { addStep, note, type Draft } from './trace'

/** A filter whose work is not computed: the answer depends on it, by its object where Istio made it of one, else by its name (SPEC SIM24). */
export function noteUncomputed(draft: Draft, name: string, type: string): void {
  const origin = extensionOrigin(name)
  const object = origin && formatRef(origin)
  draft.conditions.add(object ?? name)
  addStep(draft, 'http-filter', name, { notes: [note('not-computed', { ...(type === '' ? {} : { type }), ...(object === undefined ? {} : { object }) })] })
}
