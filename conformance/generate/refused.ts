import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { createRandom, type Random } from './random'
import { templates } from './refused-templates'

/**
 * An object of a seed that Istio's validator may refuse, warn of or take: a rich one with up to three parts changed to
 * odd values of the same type, left out or doubled, so that it can be read but breaks a rule here and there.
 */
export function generateRefusable(seed: number): JsonObject {
  const random = createRandom(seed, true)
  const template = random.pick(templates)
  let spec: Json = template.spec
  for (let left = random.int(4); left > 0; left -= 1) spec = mutate(spec, random)
  return {
    apiVersion: template.apiVersion, kind: template.kind, spec,
    metadata: { name: random.chance(0.03) ? `o.${seed}` : `o-${seed}`, namespace: 'shop', ...random.chance(0.06) ? annotated(random) : {} },
  }
}

function annotated(random: Random): JsonObject {
  return random.pick<JsonObject>([
    { annotations: { 'istio.io/dry-run': random.pick(['true', 'no', 'F']) } }, { annotations: { 'internal.istio.io/parents': 'x' } }, { annotations: { 'internal.istio.io/parent-namespace': 'x' } },
    { labels: { 'networking.istio.io/enable-autoallocate-ip': 'FALSE' } }, { labels: { 'istio.io/use-waypoint': 'w' } },
  ])
}

/** Changes one part, drawn by going down from the top. */
function mutate(value: Json, random: Random): Json {
  if (Array.isArray(value)) return mutateList(value, random)
  if (isJsonObject(value)) return mutateObject(value, random)
  if (typeof value === 'number') return random.pick([0, -1, 1, 2, 3, 80, 99, 100, 101, 199, 200, 308, 400, 600, 601, 65_535, 65_536, 5_000_011, 0.00001])
  if (typeof value === 'boolean') return !value
  return typeof value === 'string' ? text(value, random) : value
}

function mutateList(list: readonly Json[], random: Random): Json {
  if (list.length === 0 || random.chance(0.12)) return random.chance(0.5) ? [] : [...list, ...list]
  const at = random.int(list.length)
  if (random.chance(0.1)) return list.filter((_, index) => index !== at)
  if (random.chance(0.05)) return [...list].reverse()
  return list.map((item, index) => (index === at ? mutate(item, random) : item))
}

function mutateObject(object: JsonObject, random: Random): Json {
  const keys = Object.keys(object)
  if (keys.length === 0 || random.chance(0.03)) return {}
  const key = random.pick(keys)
  const value = object[key] ?? null
  if (random.chance(0.15)) return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key))
  const named = /^(x-|:|@|app|version|a\/|example|q$|[abctu]$|http$|tcp$|[0-9])/.test(key)
  if (named && random.chance(0.5)) return { ...Object.fromEntries(Object.entries(object).filter(([other]) => other !== key)), [oddKey(key, random)]: value }
  if (random.chance(0.06)) return { ...object, ...random.pick(extras) }
  return { ...object, [key]: mutate(value, random) }
}

function oddKey(key: string, random: Random): string {
  if (/^[0-9]+$/.test(key)) return random.pick(['1', '65536', '70000'])
  return random.pick(['', '*', ':authority', ':method', 'Host', 'a b', 'x/y/z', 'example.com/a', '-a', 'a_b', `${'a'.repeat(64)}`, 'a/b/c/d', 'a/*', '*/a', '@request.auth.claims.x', '@request.auth.claims[a][b]', '@request.auth.claims', 'ok'])
}

/** Members that clash with others somewhere. */
const extras: readonly JsonObject[] = [
  { credentialName: 'cert' }, { credentialNames: ['a', 'b'] }, { targetPort: 80 }, { subset: 'V_1' }, { port: { number: 0 } }, { redirect: { uri: '/x' } }, { directResponse: { status: 200 } }, { delegate: { name: 'd' } }, { mirror: { host: 'x' } }, { fault: {} }, { fault: { abort: {} } }, { fault: { abort: { grpcStatus: 'NOT_FOUND' } } },
  { fault: { abort: { grpcStatus: 'NOPE' } } }, { fault: { delay: { exponentialDelay: '1s' } } }, { rewrite: {} }, { mirrorPercent: 101 }, { httpsRedirect: true }, { caCrl: '/crl' }, { workloadSelector: { labels: {} } }, { workloadSelector: { labels: { '*': 'a' } } }, { selector: {} }, { selector: { matchLabels: { app: 'a*' } } }, { selector: { matchLabels: {} } }, { selector: { matchLabels: { app: 'x' } } },
  { targetRefs: [target()] }, { targetRef: { kind: 'Service', group: '', name: '' } }, { targetRefs: [{ kind: 'Service', name: 'a' }, { kind: 'Pod', name: 'b' }] }, { targetRef: { kind: 'Service', group: 'core', name: 'x', namespace: 'y' } }, { exportTo: ['*', '.'] }, { exportTo: ['shop', '.'] }, { exportTo: ['~'] }, { exportTo: ['~', 'a'] }, { exportTo: ['a b'] },
  { gateways: ['mesh', 'shop/edge'] }, { gateways: ['edge.shop.svc.cluster.local'] }, { gateways: ['a/b/c'] }, { gateways: ['/x', 'y/'] }, { trafficPolicy: {} }, { tunnel: { targetHost: '', targetPort: 0 } }, { proxyProtocol: {} }, { retryBudget: {} }, { connectionPool: {} }, { zoneAwareLbSetting: { failover: [{ from: 'a/b', to: '*' }] } },
  { localityLbSetting: { failover: [{ from: 'a', to: 'a' }], failoverPriority: ['topology.kubernetes.io/zone'] } }, { localityLbSetting: { failover: [{ from: 'a', to: 'b' }] } }, { localityLbSetting: { distribute: [{ from: 'a/b', to: { 'a/b': 50, 'a/b/c': 50 } }] } }, { localityLbSetting: { distribute: [{ from: '*', to: { '*': 100 } }, { from: 'a', to: { a: 100 } }] } },
  { provider: { name: '' } }, { action: 'ALLOW' }, { action: 'AUDIT' }, { rules: [] }, { portLevelMtls: {} }, { insecureSkipVerify: true }, { credentialName: 'configmap://other/ca' }, { credentialName: 'configmap://ca' }, { minimumRingSize: 3 }, { ringHash: { minimumRingSize: 3 } }, { resolution: 'DNS_ROUND_ROBIN' }, { resolution: 'NONE' }, { resolution: 'STATIC' }, { resolution: 'DNS' }, { resolution: 'DYNAMIC_DNS' },
  { tcpSocket: { port: 0 } }, { exec: {} }, { endpoints: [] }, { endpoints: [{ address: '1.2.3.4' }, { address: 'x' }] }, { hosts: ['a.example.com', 'a.example.com'] }, { hosts: ['*', '*.com'] }, { hosts: [] }, { retries: { attempts: 0, retryOn: '5xx' } }, { retries: {} }, { bind: 'unix:///x' }, { bind: 'unix://x' }, { captureMode: 'IPTABLES' }, { minProtocolVersion: 'TLSV1_0' },
  { mode: 'ISTIO_MUTUAL' }, { mode: 'SIMPLE' }, { mode: 'PASSTHROUGH' }, { mode: 'MUTUAL' }, { mode: 'AUTO_PASSTHROUGH' }, { operation: 'UPSERT' }, { applyTo: 'LISTENER' }, { applyTo: 'ROUTE_CONFIGURATION' }, { applyTo: 'NETWORK_FILTER' }, { context: 'WAYPOINT' }, { valueFrom: 'HOST' }, { sniHosts: ['10.0.0.1'] }, { sniHosts: ['outbound_.80_._.web.shop'] }, { sniHosts: ['x.other'] },
  { useClientProtocol: true }, { splitExternalLocalOriginErrors: false }, { consecutiveErrors: 4 }, { http2KeepAlive: {} }, { jwks: '{"keys":[{"kty":"oct","k":"YWJj"}]}' }, { jwks: 'no' }, { issuer: '', jwksUri: '' }, { location: 'MESH_INTERNAL' }, { distribute: [] }, { tls: {} }, { http: {} }, { derivePort: 'FROM_PROTOCOL_DEFAULT' },
]

function target(): JsonObject {
  return { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'kube' }
}

const hosts = ['', '*', 'a', 'a.b', '*.a.b', 'a*.b', '*a.b', '*-a.b', 'a.*', 'UPPER.Example.com', 'a_b.com', 'a..b', 'a.b.', '-a.b', 'a.123', '123', 'a.99999999999999999999', `${'a'.repeat(64)}.com`, `${'a.'.repeat(128)}com`, 'shop/a.b', './a.b', '*/*', '~/a.b', '/a.b', 'shop/', 'shop/*', 'a/b/c', 'ex ample.com', 'ünï.com', '[::1]']
const addresses = ['10.0.0.1', '10.0.0.01', '256.0.0.1', '1.2.3', '::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:1.2.3.4', '1::2::3', '10.0.0.0/8', '10.0.0.0/33', '10.0.0.0/08', '2001:db8::/129', '2001:db8::/64', 'unix:///a/b', 'unix://a', 'unix://@a', 'unix:///a/', 'unix://', '127.0.0.1:80', ':80', '[::1]:80', '[::]:0', '127.0.0.1:x', '10.0.0.1:80', 'a:1']
const durations = ['0s', '1ms', '0.5ms', '1.5s', '1.0005s', '1h', '-1s', '24h0m1s', '0.001s', '1ns']
const patterns = ['(', 'a{2', '(?!a)', 'a+', '(a+)+$', 'a'.repeat(1025), 'a'.repeat(1024), '\\1', '[[:alpha:]]', '(?i)x', '*', '\\pN', '(?P<n>a)', 'x{1001}']
const words = ['', '*', 'a*', '*a', 'a*b', '**', 'a/b', 'a/b/c', '/', 'x y', 'A', '%', '%%', '%X', '%X%', '%X(a)%', '%X(["a","b"])%', '%X([a])%', '%X("a")', 'tab\tx', 'nl\nx', '503', '5xx', '999', 'GET', 'get', 'PURGE', 'http', 'HTTP', 'TCP', 'tls', 'SMTP', 'ftp', 'https', '-AES', 'ALL', 'NOPE', '/a/{*}', '/{**}/a', '/a{*}', '/{x}', '/a b/{*}', '{**}/{**}', 'source.principal', 'request.auth.claims', 'request.auth.claims[a]', 'destination.labels[a]', 'destination.name', 'request.headers[]', 'experimental.envoy.filters.a[b]', 'remote.ip', 'source.trustDomain', 'source.serviceAccount',
  'http://a.b:x/', 'http://a.b:99/', 'ftp://a', 'a.b/c', 'file:///a', 'oci://x', 's3://x', 'http://%zz', 'mailto:a', 'a:80/b', 'response.code >', 'has(a.b)', 'f'.repeat(64), 'g'.repeat(64), 'n'.repeat(300), 'Host', 'host', ':authority', ':path', 'x-a']

/** A text in place of another: mostly of the same sort, so that the rule of the field is met and not only its type. */
function text(old: string, random: Random): Json {
  const enumerated = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^(SIMPLE|MUTUAL|STRICT|UPGRADE|NONE|STATIC|DNS|DENY|CUSTOM|REMOVE|MERGE|UPSERT|RANDOM|CLUSTER|GATEWAY|HOST|V2)$/.test(old)
  if (enumerated) return old
  const sort = /^[0-9.]+(s|h|ms)$/.test(old) ? durations : /^[0-9a-f.:]+(\/[0-9]+)?$|^unix:|:[0-9]+$/.test(old) ? addresses : /[+\\[]/.test(old) ? patterns : old.includes('.') ? hosts : words
  if (sort === durations) return random.pick(durations)
  return random.pick(random.chance(0.75) ? sort : [...hosts, ...addresses, ...words, ...patterns])
}
