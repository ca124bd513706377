import { isJsonObject } from '@/lib/std/json'
import { readFields } from '../istio/read'
import type { Parsed, ParseIssue } from '../problem'
import type { KubeObject } from '../resource'

/** discovery.k8s.io EndpointSlice: the addresses behind a Service. */
export interface EndpointSlice {
  readonly service: string
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
  readonly endpoints: readonly { readonly addresses: readonly string[]; readonly ready: boolean; readonly pod: string | undefined; readonly zone: string | undefined }[]
}

const memo = new WeakMap<KubeObject, Parsed<EndpointSlice>>()

/** Parses an EndpointSlice (memoised on the object). `ready` is true unless the condition says false; a serving, terminating endpoint is not ready. */
export function parseEndpointSlice(object: KubeObject): Parsed<EndpointSlice> {
  const known = memo.get(object)
  if (known) return known
  const issues: ParseIssue[] = []
  const fields = readFields(object, '', issues)
  const value: EndpointSlice = {
    service: object.metadata.labels?.['kubernetes.io/service-name'] ?? '',
    ports: fields.objects('ports').map((port) => ({ name: port.string('name') ?? '', port: port.int('port') ?? 0, protocol: port.string('protocol') ?? 'TCP' })),
    endpoints: fields.objects('endpoints').map((endpoint) => {
      const target = endpoint.raw['targetRef']
      const pod = isJsonObject(target) && target['kind'] === 'Pod' && typeof target['name'] === 'string' ? target['name'] : undefined
      return { addresses: endpoint.strings('addresses'), ready: endpoint.object('conditions')?.bool('ready') ?? true, pod, zone: endpoint.string('zone') }
    }),
  }
  const parsed = { value, issues }
  memo.set(object, parsed)
  return parsed
}
