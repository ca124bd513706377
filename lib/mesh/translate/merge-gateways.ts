import type { GatewayWorkload } from '../gateway-workload'
import { parseGateway, type GatewayServer } from '../istio/parse-gateway'
import type { Problem } from '../problem'
import { refOf, type KubeObject } from '../resource'
import { byCreation } from './creation-order'
import { labelsContain } from './labels'
import { isHttp, parseProtocol, type Protocol } from './protocol'
import type { ProxyTarget } from './proxy-targets'

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
  readonly servers: MergedServer[]
}

/** All Gateways of a workload merged (Istio's MergedGateway). */
export interface MergedGateways {
  readonly serverPorts: readonly ServerPort[]
  /** Route configuration name → the servers that share it, in merge order. */
  readonly serversByRouteName: ReadonlyMap<string, readonly MergedServer[]>
  readonly findings: readonly Problem[]
}

/** Which Gateways a workload takes: no selector, or every pair of it among the pod's labels (SPEC GW1). */
export function selectGateways(gateways: Iterable<KubeObject>, workload: GatewayWorkload): readonly KubeObject[] {
  return [...gateways]
    .filter((gateway) => {
      const { selector } = parseGateway(gateway).value
      return selector === undefined || labelsContain(workload.labels, selector)
    })
    .sort(byCreation)
}

/** Whether TLS is terminated by the gateway (every mode but the pass-through ones). */
export function terminates(mode: string): boolean {
  return mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH'
}

/** Merges servers port by port in Istio's order; what gets lost on the way is a finding (SPEC GW4). */
export function mergeGateways(gateways: readonly KubeObject[], targets: readonly ProxyTarget[]): MergedGateways {
  const state: MergeState = { ports: new Map(), keys: new Map(), plaintext: new Set(), tlsHosts: new Map(), byRouteName: new Map(), findings: [] }
  for (const gateway of gateways) {
    for (const server of parseGateway(gateway).value.servers) addServer(state, gateway, server, targets)
  }
  return { serverPorts: [...state.keys.values()], serversByRouteName: state.byRouteName, findings: state.findings }
}

interface MergeState {
  /** Port → the server ports on it. */
  readonly ports: Map<number, ServerPort[]>
  readonly keys: Map<string, ServerPort>
  readonly plaintext: Set<number>
  /** Port → host → the bind it was registered with last. */
  readonly tlsHosts: Map<number, Map<string, string>>
  readonly byRouteName: Map<string, MergedServer[]>
  readonly findings: Problem[]
}

function addServer(state: MergeState, gateway: KubeObject, server: GatewayServer, targets: readonly ProxyTarget[]): void {
  const port = targets.find((target) => target.port.port === server.port.number)?.targetPort ?? server.port.number
  const protocol = parseProtocol(server.port.protocol)
  const namespace = gateway.metadata.namespace ?? ''
  const hosts = sanitizeHosts(server.hosts, namespace)
  const merged: MergedServer = {
    gateway, gatewayName: `${namespace}/${gateway.metadata.name}`, server, protocol, hosts, port, routeName: routeNameOf({ gateway, server, protocol, port }),
  }
  if (server.tls && !registerTlsHosts(state, merged)) return
  const plain = !(server.tls !== undefined && !isHttp(protocol))
  const existing = state.ports.get(port)
  if (!existing) {
    append(state, merged)
    if (plain) state.plaintext.add(port)
    return
  }
  const refusal = state.plaintext.has(port) ? besidePlaintext(existing, merged) : besideTls(state, existing, merged, plain)
  if (refusal !== null) {
    lose(state, merged, refusal, existing)
    return
  }
  append(state, merged)
  if (plain) state.plaintext.add(port)
}

/** Duplicate SNI hosts on one port and bind lose the whole later server; `ns/` is part of the comparison. */
function registerTlsHosts(state: MergeState, merged: MergedServer): boolean {
  const known = state.tlsHosts.get(merged.port) ?? new Map<string, string>()
  state.tlsHosts.set(merged.port, known)
  const duplicate = merged.hosts.find((host) => known.get(host) === merged.server.bind)
  if (duplicate !== undefined) {
    lose(state, merged, 'duplicate-host', state.ports.get(merged.port) ?? [], duplicate)
    return false
  }
  for (const host of merged.hosts) known.set(host, merged.server.bind)
  return true
}

function besidePlaintext(existing: readonly ServerPort[], merged: MergedServer): string | null {
  const same = existing.some((candidate) => candidate.bind === merged.server.bind)
  const first = existing[0]
  const mergeable = first !== undefined && isHttp(first.protocol) && isHttp(merged.protocol)
  if (!mergeable && same) return 'protocol-conflict'
  if (merged.routeName === '' && same) return 'protocol-conflict'
  return null
}

function besideTls(state: MergeState, existing: readonly ServerPort[], merged: MergedServer, plain: boolean): string | null {
  if (merged.protocol === 'HTTPS' && terminates(merged.server.tls?.mode ?? '') && (merged.routeName === '' || state.byRouteName.has(merged.routeName))) return 'duplicate-port-name'
  if (plain && !isHttp(merged.protocol) && existing.some((candidate) => candidate.bind === merged.server.bind)) return 'protocol-conflict'
  return null
}

function append(state: MergeState, merged: MergedServer): void {
  const key = `${merged.port}|${merged.server.port.protocol}|${merged.server.bind}`
  const known = state.keys.get(key)
  if (known) known.servers.push(merged)
  else {
    const made: ServerPort = { port: merged.port, bind: merged.server.bind, protocol: merged.protocol, servers: [merged] }
    state.keys.set(key, made)
    const onPort = state.ports.get(merged.port)
    if (onPort) onPort.push(made)
    else state.ports.set(merged.port, [made])
  }
  if (merged.routeName === '') return
  const sharing = state.byRouteName.get(merged.routeName)
  if (sharing) sharing.push(merged)
  else state.byRouteName.set(merged.routeName, [merged])
}

function lose(state: MergeState, merged: MergedServer, reason: string, existing: readonly ServerPort[], host = ''): void {
  const winner = existing[0]?.servers[0]
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
  if (at.protocol !== 'HTTPS' || at.server.tls === undefined || !terminates(at.server.tls.mode)) return ''
  const { number, name } = at.server.port
  return `https.${number}.${name}.${at.gateway.metadata.name}.${at.gateway.metadata.namespace ?? ''}${bind}`
}

/** Istio's sanitizeServerHostNamespace: `./h` is scoped to the Gateway's namespace, `*`/h loses its scope, `*`/`*` takes all (SPEC GW3). */
export function sanitizeHosts(hosts: readonly string[], namespace: string): readonly string[] {
  if (hosts.includes('*/*')) return ['*']
  return hosts.map((host) => (host.startsWith('./') ? `${namespace}/${host.slice(2)}` : host.startsWith('*/') ? host.slice(2) : host))
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
