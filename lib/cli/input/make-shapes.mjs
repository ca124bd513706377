// Derives what Go's decoders expect of each kind's fields from the CRDs' schemas: types only, no rules on values. Run
// after lib/sandbox/crds/make-crds.mjs:
//   node lib/cli/input/make-shapes.mjs
// A shape is a word (lib/cli/input/shape.ts lists them), ['enum', …], ['list', shape], ['map', shape] or {field: shape}.
import { readFileSync, writeFileSync } from 'node:fs'

const { crds, schemas } = JSON.parse(readFileSync(new URL('../../sandbox/crds/generated/crds.json', import.meta.url), 'utf8'))
const shapes = {}
for (const crd of crds) {
  const version = crd.versions.find(({ storage }) => storage) ?? crd.versions[0]
  const spec = schemas[version.schema].properties?.spec
  if (spec !== undefined) shapes[crd.name] = { spec: shapeOf(spec, crd.group.endsWith('.istio.io'), 'spec') }
}

const list = (shape) => ['list', shape]
const map = (shape) => ['map', shape]
const selector = { matchLabels: map('text'), matchExpressions: list({ key: 'text', operator: 'text', values: list('text') }) }
const condition = { type: 'text', status: 'text' }
Object.assign(shapes, {
  namespaces: {},
  configmaps: { data: map('text') },
  secrets: { data: map('base64'), stringData: map('text'), type: 'text' },
  services: {
    spec: {
      type: 'text', clusterIP: 'text', clusterIPs: list('text'), externalName: 'text', selector: map('text'), externalIPs: list('text'), publishNotReadyAddresses: 'bool', ipFamilies: list('text'), sessionAffinity: 'text',
      trafficDistribution: 'text', internalTrafficPolicy: 'text', ports: list({ name: 'text', protocol: 'text', port: 'int32', targetPort: 'int-or-text', nodePort: 'int32', appProtocol: 'text' }),
    },
  },
  'endpointslices.discovery.k8s.io': {
    addressType: 'text',
    ports: list({ name: 'text', protocol: 'text', port: 'int32', appProtocol: 'text' }),
    endpoints: list({
      addresses: list('text'), conditions: { ready: 'bool', serving: 'bool', terminating: 'bool' }, hostname: 'text', nodeName: 'text', zone: 'text',
      targetRef: { kind: 'text', namespace: 'text', name: 'text' }, hints: { forZones: list({ name: 'text' }) },
    }),
  },
  pods: {
    spec: { nodeName: 'text', serviceAccountName: 'text', hostNetwork: 'bool', containers: list({ name: 'text', image: 'text', ports: list({ name: 'text', containerPort: 'int32', hostPort: 'int32', protocol: 'text' }) }) },
    status: { phase: 'text', podIP: 'text', podIPs: list({ ip: 'text' }), hostIP: 'text', conditions: list(condition) },
  },
  'ingresses.networking.k8s.io': {
    spec: {
      ingressClassName: 'text', defaultBackend: backend(), tls: list({ hosts: list('text'), secretName: 'text' }),
      rules: list({ host: 'text', http: { paths: list({ path: 'text', pathType: 'text', backend: backend() }) } }),
    },
  },
  'ingressclasses.networking.k8s.io': { spec: { controller: 'text', parameters: { apiGroup: 'text', kind: 'text', name: 'text', scope: 'text', namespace: 'text' } } },
  nodes: { spec: { podCIDR: 'text' }, status: { addresses: list({ type: 'text', address: 'text' }) } },
  'deployments.apps': { spec: { replicas: 'int32', selector } },
})
writeFileSync(new URL('shapes.json', import.meta.url), `${JSON.stringify(shapes)}\n`)
process.stdout.write(`${Object.keys(shapes).length} kinds\n`)

function backend() {
  return { service: { name: 'text', port: { name: 'text', number: 'int32' } }, resource: { apiGroup: 'text', kind: 'text', name: 'text' } }
}

/** `proto`: decoded by jsonpb, which takes numbers as text too and knows the names of enums; else by encoding/json. */
function shapeOf(schema, proto, name) {
  if (schema['x-kubernetes-preserve-unknown-fields'] && schema.properties === undefined) return 'object'
  if (schema['x-kubernetes-int-or-string']) return 'int-or-text'
  switch (schema.type) {
    case 'object':
      if (typeof schema.additionalProperties === 'object') return ['map', shapeOf(schema.additionalProperties, proto, name)]
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, property]) => [key, shapeOf(property, proto, key)]))
    case 'array': return ['list', shapeOf(schema.items ?? {}, proto, name)]
    case 'boolean': return 'bool'
    case 'number': return proto ? 'number-or-text' : 'number'
    case 'integer': return integerShape(schema, proto)
    case 'string':
      if (schema.format === 'byte') return 'text'
      if (proto && schema.enum !== undefined) return ['enum', ...schema.enum]
      return proto && isDuration(schema, name) ? 'duration' : 'text'
    default: return 'any'
  }
}

function integerShape(schema, proto) {
  if (!proto) return schema.format === 'int64' ? 'int64' : 'int32'
  if (schema.format === 'int32') return 'int32-or-text'
  return schema.maximum === undefined && schema.minimum === 0 ? 'uint64-or-text' : 'uint32-or-text'
}

function isDuration(schema, name) {
  const names = ['timeout', 'perTryTimeout', 'fixedDelay', 'exponentialDelay', 'maxAge', 'connectTimeout', 'idleTimeout', 'maxConnectionDuration', 'interval', 'baseEjectionTime', 'ttl', 'warmupDurationSecs', 'duration', 'reportingInterval', 'time', 'backoff']
  return names.includes(name) || (schema['x-kubernetes-validations'] ?? []).some(({ rule }) => String(rule).includes('duration('))
}
