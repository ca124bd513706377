import type { JsonObject } from '@/lib/std/json'
import { touchingFilters } from '../envoy-filter/touches'
import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, Loser, SimulatedRequest } from './explanation'
import { matchFilterChains } from './filter-chain-match'
import { chainName, connectionManager, downstreamTls, findListener, hasTlsInspector, listenerAddress, readsProxyProtocol, requiresClientCertificate, tcpProxy, validationOf } from './listener-match'
import { listOf, objectOf, optionalObject, stringOf } from './read'
import type { ConnectionFacts } from './request-facts'
import { networkFilters } from './network-rbac'
import { routesOnly } from './routes-only'
import { simulateHttp } from './simulate-http'
import { lacksCluster, simulateTcp } from './simulate-tcp'
import type { Draft } from './trace'
import { addStep, finish, loser, note, startDraft } from './trace'
import { noteUncomputed } from './uncomputed'

/**
 * What Envoy would do with a request: listener, filter chain, filters, virtual host, route, clusters, each with what lost
 * and why (SPEC.md, Simulate). Deterministic; never throws, whatever the configuration holds.
 */
export function simulate(configuration: EnvoyConfiguration, request: SimulatedRequest): Explanation {
  const explanation = decide(configuration, request)
  const filters = touchingFilters(configuration, request, explanation)
  if (filters.length === 0) return explanation
  const { certainty } = explanation
  return { ...explanation, certainty: { kind: 'conditional', on: [...new Set([...(certainty.kind === 'exact' ? [] : certainty.on), ...filters])].sort() } }
}

function decide(configuration: EnvoyConfiguration, request: SimulatedRequest): Explanation {
  const draft = startDraft(request)
  const alone = routesOnly(configuration, request, draft)
  if (alone !== undefined) return simulateHttp(configuration, request, alone)
  const localAddress = request.localAddress ?? '0.0.0.0'
  const index = findListener(configuration.listeners, localAddress, request.port)
  const listener = configuration.listeners[index]
  addStep(draft, 'listener', listener === undefined ? null : nameOf(listener), { losers: lostListeners(configuration.listeners, index, request.port) })
  if (listener === undefined) return finish(draft, { kind: 'no-listener' }, { status: null })
  draft.listener = nameOf(listener)
  return chooseChain(configuration, request, { draft, listener, ends: connectionEnds(listener, request, draft) })
}

/** The connection's two ends as filters see them. */
interface Ends {
  readonly remoteAddress: string
  readonly remotePort: number
  readonly directRemoteAddress: string
  readonly localAddress: string
  readonly localPort: number
}

/** A PROXY protocol header names other ends than the socket's; without one where the listener wants it, the peer is taken as named in it. */
function connectionEnds(listener: JsonObject, request: SimulatedRequest, draft: Draft): Ends {
  const own = { remoteAddress: request.peerAddress, remotePort: 0, directRemoteAddress: request.peerAddress, localAddress: request.localAddress ?? '0.0.0.0', localPort: request.port }
  if (!readsProxyProtocol(listener)) return own
  const named = request.proxyProtocol
  if (named === undefined) {
    draft.conditions.add('proxy-protocol')
    return own
  }
  return { ...own, remoteAddress: named.sourceAddress, remotePort: named.sourcePort ?? 0, localAddress: named.destinationAddress ?? own.localAddress, localPort: named.destinationPort ?? own.localPort }
}

interface Place {
  readonly draft: Draft
  readonly listener: JsonObject
  readonly ends: Ends
}

function chooseChain(configuration: EnvoyConfiguration, request: SimulatedRequest, place: Place): Explanation {
  const { draft, listener, ends } = place
  if (request.proxyProtocol !== undefined && !readsProxyProtocol(listener)) draft.conditions.add('unexpected-proxy-protocol')
  const inspects = hasTlsInspector(listener)
  const tls = request.tls !== 'off'
  const chains = listOf(listener.filter_chains)
  const { winners, lost } = matchFilterChains(chains, {
    localAddress: ends.localAddress, localPort: ends.localPort, remoteAddress: ends.remoteAddress, remotePort: ends.remotePort, directAddress: ends.directRemoteAddress,
    sni: inspects && tls ? (request.sni ?? '').toLowerCase() : '', transportProtocol: inspects && tls ? 'tls' : 'raw_buffer', applicationProtocols: inspects && tls ? request.alpn ?? [] : [],
  })
  const losers = lost.map((item) => loser(chainName(nameOf(listener), chains[item.index], item.index), `${item.criterion}-${item.reason}`, { index: String(item.index), ...chainParams(chains[item.index]) }))
  const fallback = optionalObject(listener.default_filter_chain)
  if (winners.length > 1) {
    addStep(draft, 'filter-chain', null, { losers, notes: winners.map((index) => note('same-match', { index: String(index) })) })
    return finish(draft, { kind: 'multiple-filter-chains' }, { status: null })
  }
  const index = winners[0] ?? -1
  const chain = optionalObject(chains[index]) ?? fallback
  if (chain === undefined) {
    addStep(draft, 'filter-chain', null, { losers })
    return finish(draft, { kind: 'no-filter-chain' }, { status: null, flags: 'NR', details: 'filter_chain_not_found' })
  }
  draft.filterChain = index < 0 ? stringOf(chain.name) ?? 'default' : chainName(nameOf(listener), chain, index)
  const broken = tlsFault(chain, request)
  addStep(draft, 'filter-chain', draft.filterChain, { losers, notes: [...(index < 0 ? [note('default-filter-chain')] : []), ...(broken === undefined ? [] : [note(broken)])] })
  const origins = configuration.provenance?.filterChains.get(nameOf(listener))?.[index]
  const origin = origins?.[origins.length - 1]
  draft.resource = origin?.resource ?? null
  draft.path = origin?.path ?? null
  if (broken !== undefined) return failHandshake(configuration, request, { ...place, chain })
  return enterChain(configuration, request, { ...place, chain })
}

/** A handshake that fails; a TCP chain without its cluster ends the connection before, with the cluster's flags. */
function failHandshake(configuration: EnvoyConfiguration, request: SimulatedRequest, place: Place & { readonly chain: JsonObject }): Explanation {
  const { draft, chain } = place
  const proxy = tcpProxy(chain)
  const tcp = proxy === undefined || connectionManager(chain) !== undefined ? undefined : { draft, chain, proxy, connection: connectionFacts(request, place) }
  const lacks = tcp === undefined ? 'no' : lacksCluster(configuration, tcp)
  if (tcp !== undefined && lacks === 'surely') return simulateTcp(configuration, tcp)
  if (lacks === 'perhaps') draft.conditions.add('weighted-cluster')
  return finish(draft, { kind: 'tls-error' }, { status: null })
}

/** Why the TLS handshake with a chain fails; undefined where it does not, or the chain does not terminate TLS. */
function tlsFault(chain: JsonObject, request: SimulatedRequest): string | undefined {
  const terminates = downstreamTls(chain)
  if (terminates === undefined) return undefined
  if (request.tls === 'off') return 'plaintext-to-tls'
  if (requiresClientCertificate(terminates) && request.tls !== 'mutual') return 'client-certificate-missing'
  const checks = validationOf(terminates)
  return checks === 'checked' && request.tls === 'mutual' && request.clientCertificate === 'untrusted' ? 'client-certificate-untrusted' : undefined
}

function enterChain(configuration: EnvoyConfiguration, request: SimulatedRequest, place: Place & { readonly chain: JsonObject }): Explanation {
  const { draft, chain } = place
  const hcm = connectionManager(chain)
  const connection = connectionFacts(request, place)
  if (hcm !== undefined) {
    if (request.protocol === 'tcp' || (!connection.tls && request.tls !== 'off')) return finish(draft, { kind: 'protocol-error' }, { status: 400, flags: 'DPE', details: 'http1.codec_error' })
    for (const filter of networkFilters(chain)) if (!filter.known) noteUncomputed(draft, filter.name, '')
    return simulateHttp(configuration, request, { draft, hcm, connection })
  }
  const proxy = tcpProxy(chain)
  if (proxy !== undefined) return simulateTcp(configuration, { draft, chain, proxy, connection })
  draft.conditions.add('network-filters')
  return finish(draft, { kind: 'no-filter-chain' }, { status: null })
}

function connectionFacts(request: SimulatedRequest, { chain, ends }: Place & { readonly chain: JsonObject }): ConnectionFacts {
  const terminates = downstreamTls(chain)
  const asked = terminates === undefined ? 'unasked' : validationOf(terminates)
  const shown = terminates !== undefined && request.tls === 'mutual' && asked !== 'unasked'
  const validated = shown && request.clientCertificate !== 'untrusted'
  return {
    ...ends, connectionAddress: ends.remoteAddress, tls: terminates !== undefined, protocol: request.protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1', sni: (request.sni ?? '').toLowerCase(),
    clientCertificate: shown, certificateValidated: validated, clientNames: shown ? request.clientNames : [],
  }
}

function nameOf(listener: JsonObject): string {
  return stringOf(listener.name) ?? ''
}

function lostListeners(listeners: readonly JsonObject[], winner: number, port: number): readonly Loser[] {
  return listeners.flatMap((listener, index) => {
    if (index === winner) return []
    const address = listenerAddress(listener)
    return [loser(nameOf(listener), address.port === port ? 'address-differs' : 'port-differs', { address: address.address, port: String(address.port) })]
  })
}

function chainParams(chain: unknown): { readonly [name: string]: string } {
  const names = listOf(objectOf(objectOf(chain).filter_chain_match).server_names).filter((name) => typeof name === 'string')
  return names.length === 0 ? {} : { serverNames: names.join(', ') }
}
