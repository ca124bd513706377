import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import type { Cause } from './kube-error'

/** Everyday validation of built-in kinds, in the API server's words; not the whole of it. */
export function checkBuiltin(object: KubeObject): readonly Cause[] {
  switch (object.kind) {
    case 'EndpointSlice':
      return endpoints(object)
    case 'Service':
      return service(object)
    case 'Deployment':
      return deployment(object)
    default:
      return []
  }
}

/** The real server refuses loopback endpoints, so the sandbox does. */
function endpoints(object: KubeObject): readonly Cause[] {
  return list(object['endpoints']).flatMap((endpoint, index) =>
    (Array.isArray(endpoint['addresses']) ? endpoint['addresses'] : []).flatMap((address, nth): readonly Cause[] => {
      if (typeof address !== 'string' || !(address.startsWith('127.') || address === '::1')) return []
      return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(address)}: may not be in the loopback range (127.0.0.0/8, ::1/128)`, field: `endpoints[${index}].addresses[${nth}]` }]
    }),
  )
}

function service(object: KubeObject): readonly Cause[] {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {}
  return list(spec['ports']).flatMap((port, index): readonly Cause[] => {
    const number = port['port']
    if (typeof number === 'number' && number >= 1 && number <= 65_535) return []
    return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(number ?? 0)}: must be between 1 and 65535, inclusive`, field: `spec.ports[${index}].port` }]
  })
}

function deployment(object: KubeObject): readonly Cause[] {
  const spec = isJsonObject(object['spec']) ? object['spec'] : {}
  if (isJsonObject(spec['selector'])) return []
  return [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }]
}

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** What the API server fills in for built-in kinds. */
export function defaultBuiltin(object: KubeObject, allocate: { readonly clusterIp: () => string; readonly nodePort: () => number }): KubeObject {
  const spec = isJsonObject(object['spec']) ? object['spec'] : undefined
  if (object.kind === 'Service' && spec) {
    const type = spec['type'] ?? 'ClusterIP'
    const ports = list(spec['ports']).map((port): JsonObject => ({
      ...port, protocol: port['protocol'] ?? 'TCP', targetPort: port['targetPort'] ?? port['port'] ?? 0,
      ...((type === 'NodePort' || type === 'LoadBalancer') && port['nodePort'] === undefined ? { nodePort: allocate.nodePort() } : {}),
    }))
    const address = type === 'ExternalName' ? {} : { clusterIP: spec['clusterIP'] ?? allocate.clusterIp() }
    return { ...object, spec: { ...spec, type, ...address, ...(ports.length === 0 ? {} : { ports }), sessionAffinity: spec['sessionAffinity'] ?? 'None' }, status: object['status'] ?? { loadBalancer: {} } }
  }
  if (object.kind === 'Deployment' && spec) return { ...object, spec: { ...spec, replicas: spec['replicas'] ?? 1 }, status: object['status'] ?? {} }
  if (object.kind === 'Namespace') return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' }, metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name } } }
  if (object.kind === 'Secret') return { ...encodeSecret(object), type: object['type'] ?? 'Opaque' }
  return object
}

function encodeSecret(object: KubeObject): KubeObject {
  const text = object['stringData']
  if (!isJsonObject(text)) return object
  const { stringData: _written, ...rest } = object
  const data = Object.fromEntries(Object.entries(text).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]))
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata, data: { ...(isJsonObject(object['data']) ? object['data'] : {}), ...data } }
}
