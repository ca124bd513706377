import { kindByKey, type Kind, type KindKey } from '@/lib/mesh/kinds'

/** A kind of the table that the sandbox's own controllers use. */
export function kindFor(key: KindKey): Kind {
  const kind = kindByKey(key)
  if (!kind) throw new Error(`${key} is not in the table of kinds`)
  return kind
}
