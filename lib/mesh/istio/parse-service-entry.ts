import { memoParse } from './memo-parse'
import type { Fields } from './read'

/** networking.istio.io ServiceEntry `spec`. */
export interface ServiceEntrySpec {
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly ports: readonly { readonly number: number; readonly name: string; readonly protocol: string; readonly targetPort: number }[]
  readonly location: string
  readonly resolution: string
  readonly endpoints: readonly WorkloadEntrySpec[]
  readonly workloadSelector: Readonly<Record<string, string>> | undefined
  readonly exportTo: readonly string[]
  readonly subjectAltNames: readonly string[]
}

/** networking.istio.io WorkloadEntry `spec`, also the form of a ServiceEntry's endpoints. */
export interface WorkloadEntrySpec {
  readonly address: string
  readonly ports: Readonly<Record<string, number>>
  readonly labels: Readonly<Record<string, string>>
  readonly weight: number
  readonly locality: string
  readonly serviceAccount: string
}

/** Parses a ServiceEntry (memoised on the object). */
export const parseServiceEntry = memoParse((spec): ServiceEntrySpec => ({
  hosts: spec.strings('hosts'),
  addresses: spec.strings('addresses'),
  ports: spec.objects('ports').map((port) => ({ number: port.int('number') ?? 0, name: port.string('name') ?? '', protocol: port.string('protocol') ?? '', targetPort: port.int('targetPort') ?? 0 })),
  location: spec.string('location') ?? 'MESH_EXTERNAL',
  resolution: spec.string('resolution') ?? 'NONE',
  endpoints: spec.objects('endpoints').map(readWorkload),
  workloadSelector: spec.object('workloadSelector')?.stringMap('labels'),
  exportTo: spec.strings('exportTo'),
  subjectAltNames: spec.strings('subjectAltNames'),
}))

/** Parses a WorkloadEntry (memoised on the object). */
export const parseWorkloadEntry = memoParse((spec): WorkloadEntrySpec => readWorkload(spec))

function readWorkload(entry: Fields): WorkloadEntrySpec {
  const ports = entry.object('ports')
  return {
    address: entry.string('address') ?? '',
    ports: Object.fromEntries(Object.keys(ports?.raw ?? {}).flatMap((name) => {
      const number = ports?.int(name)
      return number === undefined ? [] : [[name, number]]
    })),
    labels: entry.stringMap('labels'),
    weight: entry.int('weight') ?? 0,
    locality: entry.string('locality') ?? '',
    serviceAccount: entry.string('serviceAccount') ?? '',
  }
}
