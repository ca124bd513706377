import { parseGateway, type GatewayServer } from '../istio/parse-gateway'
import { parseVirtualService } from '../istio/parse-virtual-service'
import { hostsOverlap } from '../istio/validate-names'
import type { Problem } from '../problem'
import { gatewayByName } from '../references/mentions'
import { refOf, type KubeObject } from '../resource'
import { getObject, listObjects, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import { byCreation } from '../translate/creation-order'
import { sanitizeHosts, withoutScope } from '../translate/merge-gateways'
import { perObject } from './per-object'

/** IST0132 and MER020: hosts of VirtualServices that meet no server; IST0145 and MER022: hosts that several Gateways have. */
export function gatewayProblems(snapshot: Snapshot): readonly Problem[] {
  return [...judge(snapshot, listObjects(snapshot, 'virtualservices.networking.istio.io'), undefined), ...sharedHosts(snapshot)]
}

/** A Gateway's hosts of one scope, so that a VirtualService need not go over them all. */
interface ServerHosts {
  readonly exact: Set<string>
  readonly lower: Map<string, string>
  readonly wild: string[]
}

const hostsMemo = new WeakMap<KubeObject, ReadonlyMap<string, ServerHosts>>()

/** By namespace of the VirtualServices that they are for; `''` holds those for all. */
function serverHosts(gateway: KubeObject): ReadonlyMap<string, ServerHosts> {
  const known = hostsMemo.get(gateway)
  if (known) return known
  const scopes = new Map<string, ServerHosts>()
  for (const server of parseGateway(gateway).value.servers) {
    for (const written of sanitizeHosts(server.hosts, gateway.metadata.namespace ?? '')) {
      const [scope, host] = [written.includes('/') ? written.slice(0, written.indexOf('/')) : '', withoutScope(written)]
      const hosts: ServerHosts = scopes.get(scope) ?? { exact: new Set(), lower: new Map(), wild: [] }
      scopes.set(scope, hosts)
      if (host.startsWith('*')) hosts.wild.push(host)
      else hosts.exact.add(host)
      hosts.lower.set(host.toLowerCase(), host)
    }
  }
  hostsMemo.set(gateway, scopes)
  return scopes
}

const judge = perObject((snapshot, object): readonly Problem[] => {
  const spec = parseVirtualService(object).value
  const namespace = object.metadata.namespace ?? ''
  if (spec.hosts.length === 0) return []
  return spec.gateways.flatMap((name, index): readonly Problem[] => {
    if (name === 'mesh') return []
    const ref = gatewayByName(name, namespace)
    const gateway = getObject(snapshot, 'gateways.networking.istio.io', ref.namespace, ref.name)
    if (!gateway) return []
    const scopes = serverHosts(gateway)
    const open = ['', namespace].flatMap((scope) => scopes.get(scope) ?? [])
    const met = spec.hosts.map((host) => meets(host.includes('.') || host === '*' ? host : `${host}.${namespace}.svc.cluster.local`, open))
    const subject = refOf(object)
    const unlike = met.flatMap((found, at): readonly Problem[] => (typeof found === 'string' ? [{ code: 'MER020', severity: 'warning', subject, path: `spec.hosts[${at}]`, params: { host: spec.hosts[at] ?? '', other: found } }] : []))
    if (met.some((found) => found !== false)) return unlike
    return [{ code: 'IST0132', severity: 'warning', subject, path: `spec.gateways[${index}]`, params: { hosts: spec.hosts.slice(0, 5).join(', '), gateway: `${ref.namespace}/${ref.name}` } }]
  })
})

/** Whether a server has the host; the server's host where only upper and lower case differ. */
function meets(host: string, scopes: readonly ServerHosts[]): boolean | string {
  const wildcard = host.startsWith('*')
  for (const { exact, wild } of scopes) {
    if (exact.has(host) || wild.some((other) => hostsOverlap(host, other))) return true
    if (wildcard) for (const other of exact) if (hostsOverlap(host, other)) return true
  }
  for (const { lower } of scopes) {
    const other = lower.get(host.toLowerCase())
    if (other !== undefined) return other
  }
  return false
}

/** A server and the Gateway that it is of. */
interface Owned {
  readonly gateway: KubeObject
  readonly server: GatewayServer
  readonly scoped: string
}

const sharedMemo = new WeakMap<ObjectsByNamespace, readonly Problem[]>()

/** The older Gateway keeps a host: the younger one is told of. Gateways that select different pods share nothing. */
function sharedHosts(snapshot: Snapshot): readonly Problem[] {
  const gateways = snapshot.objects.get('gateways.networking.istio.io')
  if (!gateways) return []
  const known = sharedMemo.get(gateways)
  if (known) return known
  const found = findShared(snapshot)
  sharedMemo.set(gateways, found)
  return found
}

function findShared(snapshot: Snapshot): readonly Problem[] {
  const owners = new Map<string, Owned>()
  const problems: Problem[] = []
  for (const gateway of [...listObjects(snapshot, 'gateways.networking.istio.io')].sort(byCreation)) {
    const { selector, servers } = parseGateway(gateway).value
    const pods = JSON.stringify(Object.entries(selector ?? {}).sort())
    for (const server of servers) {
      const scoped = sanitizeHosts(server.hosts, gateway.metadata.namespace ?? '')
      scoped.forEach((host, index) => {
        const key = `${pods} ${server.port.number} ${server.bind} ${withoutScope(host)}`
        const earlier = owners.get(key)
        if (!earlier) owners.set(key, { gateway, server, scoped: host })
        else if (earlier.gateway !== gateway) problems.push(...clash(earlier, { gateway, server, scoped: host }, `${server.path}.hosts[${index}]`))
      })
    }
  }
  return problems
}

function clash(earlier: Owned, { gateway, server, scoped }: Owned, path: string): readonly Problem[] {
  const by = `${earlier.gateway.metadata.namespace ?? ''}/${earlier.gateway.metadata.name}`
  const params = { host: withoutScope(scoped), port: String(server.port.number), by }
  const subject = refOf(gateway)
  if (earlier.scoped === scoped) return [{ code: 'IST0145', severity: 'warning', subject, path, params }]
  return earlier.server.tls && server.tls && scoped !== '*' ? [{ code: 'MER022', severity: 'error', subject, path, params }] : []
}
