import type { GatewayWorkload } from '../gateway-workload'
import { parseGateway, type GatewayServer } from '../istio/parse-gateway'
import type { Problem } from '../problem'
import { refOf, type KubeObject } from '../resource'
import { byCreation } from './creation-order'
import { labelsContain } from './labels'
import { enabled, type Features } from './features'
import { isHttp, parseProtocol, type Protocol } from './protocol'
import type { ProxyTarget } from './proxy-targets'

const serviceAnnotation = 'internal.istio.io/gateway-service'
const untranslated = 'experimental.istio.io/disable-gateway-port-translation'

/** A server as merged onto a port of the gateway: hosts sanitised, protocol parsed. */
export interface MergedServer {
  readonly gateway: KubeObject
  /** `namespace/name`, as VirtualServices name it. */
  readonly gatewayName: string
  readonly server: GatewayServer
  readonly protocol: Protocol
  readonly hosts: readonly string[]
  /** The pod's port it listens on. */
  readonly port: number
  /** '' for what has no route configuration. */
  readonly routeName: string
}

/** One (port, protocol, bind) with its servers, in merge order; becomes chains of one listener. */
export interface ServerPort {
  readonly port: number
  readonly bind: string
  readonly protocol: Protocol
  /** The route configuration of a plain HTTP port; '' for ports whose servers have their own. */
  readonly routeName: string
  readonly servers: readonly MergedServer[]
}

/** All Gateways of a workload merged (Istio's MergedGateway). */
export interface MergedGateways {
  readonly serverPorts: readonly ServerPort[]
  /** Route configuration name → the servers that share it, in merge order. */
  readonly serversByRouteName: ReadonlyMap<string, readonly MergedServer[]>
  /** Whether the clusters behind AUTO_PASSTHROUGH servers are made: such a server was met, be it lost afterwards to another protocol on its port (ContainsAutoPassthroughGateways). */
  readonly autoPassthrough: boolean
  readonly findings: readonly Problem[]
}

/** Which Gateways a workload takes: no selector, or every pair of it among the pod's labels (SPEC GW1). */
export function selectGateways(gateways: Iterable<KubeObject>, workload: GatewayWorkload, features: Features = {}): readonly KubeObject[] {
  const scoped = enabled(features, 'PILOT_SCOPE_GATEWAY_TO_NAMESPACE')
  const selected = [...gateways].filter((gateway) => {
    if (scoped && gateway.metadata.namespace !== workload.namespace) return false
    const { selector } = parseGateway(gateway).value
    return selector === undefined || labelsContain(workload.labels, selector)
  })
  return strictlyMerged(selected).sort(byCreation)
}

/** Where a Gateway of the Gateway API has a deployment of its own, Istio's Gateways of other namespaces do not join it (filterStrictGatewayMerging; SPEC GA1). */
function strictlyMerged(gateways: readonly KubeObject[]): KubeObject[] {
  const of = (gateway: KubeObject, key: string): string => gateway.metadata.annotations?.[`internal.istio.io/${key}`] ?? ''
  const fromGatewayApi = (gateway: KubeObject): boolean => of(gateway, 'gateway-semantics') === 'gateway'
  const managed = new Set(gateways.filter((gateway) => fromGatewayApi(gateway) && of(gateway, 'service-account-name') !== '').map(({ metadata }) => metadata.namespace))
  return gateways.filter((gateway) => managed.size === 0 || fromGatewayApi(gateway) || managed.has(gateway.metadata.namespace))
}

/** Whether TLS is terminated by the gateway (every mode but the pass-through ones). */
export function terminates(mode: string): boolean {
  return mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH'
}

/** Merges servers port by port in Istio's order; what gets lost on the way is a finding (SPEC GW4). */
export function mergeGateways(gateways: readonly KubeObject[], targets: readonly ProxyTarget[]): MergedGateways {
  const state: MergeState = { ports: new Set(), order: [], merged: new Map(), plaintext: new Map(), tlsBinds: new Map(), tlsHosts: new Map(), byRouteName: new Map(), autoPassthrough: false, findings: [] }
  for (const gateway of gateways) {
    for (const server of parseGateway(gateway).value.servers) {
      crashFinding(state, gateway, server)
      for (const port of resolvePorts(gateway, server, targets)) addServer(state, mergedServer(gateway, server, port))
    }
  }
  return { serverPorts: state.order.flatMap((key) => state.merged.get(key) ?? []), serversByRouteName: state.byRouteName, autoPassthrough: state.autoPassthrough, findings: state.findings }
}

interface MutableServerPort extends ServerPort {
  routeName: string
  readonly servers: MergedServer[]
}

/** The maps of Istio's mergeGateways, under its names' meanings. */
interface MergeState {
  readonly ports: Set<number>
  /** Keys of `merged` in the order in which listeners are built; a key may come twice. */
  readonly order: string[]
  readonly merged: Map<string, MutableServerPort>
  /** Port → the server port that plain text servers join. */
  readonly plaintext: Map<number, MutableServerPort>
  readonly tlsBinds: Map<number, Set<string>>
  /** Port → host → the bind it was registered with last. */
  readonly tlsHosts: Map<number, Map<string, string>>
  readonly byRouteName: Map<string, MergedServer[]>
  autoPassthrough: boolean
  readonly findings: Problem[]
}

const mergedServers = new WeakMap<GatewayServer, Map<number, MergedServer>>()

/** The same server on the same port is the same merged server again. */
function mergedServer(gateway: KubeObject, server: GatewayServer, port: number): MergedServer {
  const byPort = mergedServers.get(server) ?? new Map<number, MergedServer>()
  const known = byPort.get(port)
  if (known?.gateway === gateway) return known
  const protocol = parseProtocol(server.port.protocol)
  const namespace = gateway.metadata.namespace ?? ''
  const merged: MergedServer = { gateway, gatewayName: `${namespace}/${gateway.metadata.name}`, server, protocol, hosts: sanitizeHosts(server.hosts, namespace), port, routeName: routeNameOf({ gateway, server, protocol, port }) }
  mergedServers.set(server, byPort.set(port, merged))
  return merged
}

/** Istio's resolvePorts: the first Service port of that number leads to the pod's port; for Gateway API all do, and none is none (SPEC GW2). */
function resolvePorts(gateway: KubeObject, server: GatewayServer, targets: readonly ProxyTarget[]): readonly number[] {
  const matching = targets.filter((target) => target.port.port === server.port.number)
  const annotations = gateway.metadata.annotations
  const services = annotations?.[serviceAnnotation]?.split(',')
  if (services) {
    const namespace = annotations?.['internal.istio.io/parent-namespace'] ?? gateway.metadata.namespace
    return [...new Set(matching.filter(({ service }) => services.includes(service.hostname) && service.namespace === namespace).map((target) => target.targetPort))]
  }
  return [matching.find((target) => target.service.object.metadata.labels?.[untranslated] === undefined)?.targetPort ?? server.port.number]
}

function addServer(state: MergeState, merged: MergedServer): void {
  if (merged.server.tls && !registerTlsHosts(state, merged)) return
  state.autoPassthrough ||= merged.server.tls?.mode === 'AUTO_PASSTHROUGH'
  const current = state.plaintext.get(merged.port)
  if (!state.ports.has(merged.port)) {
    state.ports.add(merged.port)
    open(state, merged)
  } else if (current) joinPlaintext(state, merged, current)
  else if (!isTlsServer(merged)) open(state, merged)
  else joinTls(state, merged)
}

/** Istio's addPlainTextServer: a server port of its own, whatever was there under its key before. */
function open(state: MergeState, merged: MergedServer): void {
  const key = keyOf(merged)
  const made: MutableServerPort = { port: merged.port, bind: merged.server.bind, protocol: merged.protocol, routeName: merged.routeName, servers: [merged] }
  if (!isTlsServer(merged)) state.plaintext.set(merged.port, made)
  if (isHttpServer(merged)) state.byRouteName.set(merged.routeName, [merged])
  state.merged.set(key, made)
  state.order.push(key)
}

function joinPlaintext(state: MergeState, merged: MergedServer, current: MutableServerPort): void {
  const sameBind = current.bind === merged.server.bind
  const mergeable = (isHttp(merged.protocol) || merged.protocol === current.protocol) && isHttp(current.protocol)
  if (sameBind && (!mergeable || merged.routeName === '')) return lose(state, merged, 'protocol-conflict', current)
  const own = state.merged.get(keyOf(merged))
  if (!sameBind && !own) return open(state, merged)
  const joined = sameBind ? current : own
  if (!joined) return
  if (!sameBind) joined.routeName = merged.routeName
  joined.servers.push(merged)
  const named = state.byRouteName.get(merged.routeName)
  if (named) named.push(merged)
  else state.byRouteName.set(merged.routeName, [merged])
}

function joinTls(state: MergeState, merged: MergedServer): void {
  if (isHttpServer(merged)) {
    const holder = state.byRouteName.get(merged.routeName)?.[0]
    if (merged.routeName === '' || holder) return lose(state, merged, 'duplicate-port-name', holder && { servers: [holder] })
    state.byRouteName.set(merged.routeName, [merged])
  }
  const binds = state.tlsBinds.get(merged.port) ?? new Set<string>()
  state.tlsBinds.set(merged.port, binds.add(merged.server.bind))
  const key = keyOf(merged)
  const known = state.merged.get(key)
  if (known) known.servers.push(merged)
  else {
    state.merged.set(key, { port: merged.port, bind: merged.server.bind, protocol: merged.protocol, routeName: '', servers: [merged] })
    state.order.push(key)
  }
}

function keyOf(merged: MergedServer): string {
  return `${merged.port}|${merged.server.port.protocol}|${merged.server.bind}`
}

/** Istio's IsTLSServer: a `tls` block on anything but plain HTTP. */
function isTlsServer(merged: MergedServer): boolean {
  return merged.server.tls !== undefined && !isHttp(merged.protocol)
}

/** Istio's IsHTTPServer: an HTTP family protocol, or HTTPS that is not passed through. */
function isHttpServer(merged: MergedServer): boolean {
  return isHttp(merged.protocol) || (merged.protocol === 'HTTPS' && (merged.server.tls === undefined || terminates(merged.server.tls.mode)))
}

/** Duplicate SNI hosts on one port and bind lose the whole later server; `ns/` is part of the comparison. */
function registerTlsHosts(state: MergeState, merged: MergedServer): boolean {
  const known = state.tlsHosts.get(merged.port) ?? new Map<string, string>()
  state.tlsHosts.set(merged.port, known)
  const duplicate = merged.hosts.find((host) => known.get(host) === merged.server.bind)
  if (duplicate !== undefined) {
    lose(state, merged, 'duplicate-host', [...state.merged.values()].find((port) => port.port === merged.port && port.servers.some((server) => server.hosts.includes(duplicate))), duplicate)
    return false
  }
  for (const host of merged.hosts) known.set(host, merged.server.bind)
  return true
}

function lose(state: MergeState, merged: MergedServer, reason: string, by: Pick<ServerPort, 'servers'> | undefined, host = ''): void {
  const winner = by?.servers[0]
  state.findings.push({
    code: reason === 'duplicate-host' ? 'MER011' : 'MER010',
    severity: 'error',
    subject: refOf(merged.gateway),
    path: merged.server.path,
    params: { reason, host, port: String(merged.server.port.number), by: winner ? winner.gatewayName : '', byPath: winner ? winner.server.path : '' },
  })
}

/** Istio's gatewayRDSRouteName: HTTP by the resolved port, terminated HTTPS by the Gateway's own port, name and object (SPEC GW5). */
function routeNameOf(at: { readonly gateway: KubeObject; readonly server: GatewayServer; readonly protocol: Protocol; readonly port: number }): string {
  const bind = at.server.bind === '' ? '' : `.${at.server.bind}`
  if (isHttp(at.protocol)) return `http.${at.port}${bind}`
  if (at.protocol !== 'HTTPS' || (at.server.tls !== undefined && !terminates(at.server.tls.mode))) return ''
  const { number, name } = at.server.port
  return `https.${number}.${name}.${at.gateway.metadata.name}.${at.gateway.metadata.namespace ?? ''}${bind}`
}

/** Istio's sanitizeServerHostNamespace: `./h` is scoped to the Gateway's namespace, `*`/h loses its scope, `*`/`*` takes all (SPEC GW3). */
export function sanitizeHosts(hosts: readonly string[], namespace: string): readonly string[] {
  if (hosts.some(isEverything)) return ['*']
  return hosts.map((host) => {
    const [scope, name = ''] = host.split('/')
    if (!host.includes('/')) return host
    return scope === '.' ? `${namespace}/${name}` : scope === '*' ? name : host
  })
}

function isEverything(host: string): boolean {
  const [scope, name] = host.split('/')
  return scope === '*' && name === '*'
}

/** MER001: after `*`/`*`, another entry with scope `.` or `*` makes istiod index past the end of its list, and die (istio-semantics 7). */
function crashFinding(state: MergeState, gateway: KubeObject, server: GatewayServer): void {
  const at = server.hosts.findIndex(isEverything)
  if (at < 0) return
  const index = server.hosts.findIndex((host, place) => place > Math.max(at, 0) && host.includes('/') && (host.startsWith('./') || host.startsWith('*/')) && !isEverything(host))
  if (index < 0) return
  state.findings.push({ code: 'MER001', severity: 'error', subject: refOf(gateway), path: `${server.path}.hosts[${index}]`, params: { host: server.hosts[index] ?? '', everything: server.hosts[at] ?? '' } })
}

/** A server's hosts for one VirtualService namespace: those without a scope, and those scoped to it. */
export function hostsForNamespace(hosts: readonly string[], namespace: string): readonly string[] {
  return hosts.flatMap((host) => {
    const slash = host.indexOf('/')
    if (slash < 0) return [host]
    return host.slice(0, slash) === namespace ? [host.slice(slash + 1)] : []
  })
}

/** A host without its scope. */
export function withoutScope(host: string): string {
  return host.slice(host.indexOf('/') + 1)
}
