import type { Json, JsonObject } from '@/lib/std/json'
import { isLoopback, matchedPrefix } from './ip-range'
import { listOf, numberOf, objectOf, stringOf, stringsOf } from './read'

/** What is known of a connection before its first filter chain byte. */
export interface ChainFacts {
  readonly localAddress: string
  readonly localPort: number
  readonly remoteAddress: string
  readonly remotePort: number
  /** The socket's own peer where a PROXY protocol header names another. @default remoteAddress */
  readonly directAddress?: string
  /** Server name in lower case, as tls_inspector gives it; empty without TLS or without the inspector. */
  readonly sni: string
  readonly transportProtocol: 'tls' | 'raw_buffer'
  /** ALPN offers (or the detected HTTP version) in the client's order. */
  readonly applicationProtocols: readonly string[]
}

/** A criterion of FilterChainMatch, in the order in which Envoy narrows by them. */
export type ChainCriterion = 'destination-port' | 'destination-ip' | 'server-name' | 'transport-protocol' | 'application-protocol' | 'direct-source-ip' | 'source-type' | 'source-ip' | 'source-port'

/** A chain that is out: by which criterion, and whether another chain was more specific there. */
export interface LostChain {
  readonly index: number
  readonly criterion: ChainCriterion
  readonly reason: 'differs' | 'less-specific'
}

/** How well a chain's criterion suits: the higher the more specific, 0 for an unset one, undefined where it does not match. */
type Rank = (match: JsonObject, facts: ChainFacts) => number | undefined

const criteria: readonly (readonly [ChainCriterion, Rank])[] = [
  ['destination-port', (m, f) => exactRank(numberOf(m.destination_port), f.localPort)],
  ['destination-ip', (m, f) => rangeRank(m.prefix_ranges, f.localAddress)],
  ['server-name', (m, f) => serverNameRank(stringsOf(m.server_names), f.sni)],
  ['transport-protocol', (m, f) => exactRank(stringOf(m.transport_protocol) === '' ? undefined : stringOf(m.transport_protocol), f.transportProtocol)],
  ['application-protocol', (m, f) => protocolRank(stringsOf(m.application_protocols), f.applicationProtocols)],
  ['direct-source-ip', (m, f) => rangeRank(m.direct_source_prefix_ranges, f.directAddress ?? f.remoteAddress)],
  ['source-type', (m, f) => sourceTypeRank(stringOf(m.source_type), f)],
  ['source-ip', (m, f) => rangeRank(m.source_prefix_ranges, f.remoteAddress)],
  ['source-port', (m, f) => portsRank(listOf(m.source_ports), f.remotePort)],
]

/**
 * FilterChainManagerImpl::findFilterChain: criterion after criterion the most specific value wins, without backtracking.
 * Several winners mean a listener that Envoy would have refused. Indexes are into `chains`; none: only the default chain is left.
 */
export function matchFilterChains(chains: readonly Json[], facts: ChainFacts): { readonly winners: readonly number[]; readonly lost: readonly LostChain[] } {
  let candidates = chains.map((_, index) => index)
  const lost: LostChain[] = []
  for (const [criterion, rank] of criteria) {
    const ranked = candidates.map((index) => ({ index, rank: rank(objectOf(objectOf(chains[index]).filter_chain_match), facts) }))
    const best = ranked.reduce((most, item) => Math.max(most, item.rank ?? -1), -1)
    for (const item of ranked) {
      if (item.rank === undefined) lost.push({ index: item.index, criterion, reason: 'differs' })
      else if (item.rank < best) lost.push({ index: item.index, criterion, reason: 'less-specific' })
    }
    candidates = ranked.filter((item) => item.rank === best).map((item) => item.index)
    if (candidates.length === 0) break
  }
  return { winners: candidates, lost }
}

function exactRank<T>(wanted: T | undefined, actual: T): number | undefined {
  if (wanted === undefined || wanted === 0) return 0
  return wanted === actual ? 1 : undefined
}

function rangeRank(ranges: unknown, address: string): number | undefined {
  const list = listOf(ranges)
  if (list.length === 0) return 0
  const best = list.reduce<number>((most, range) => Math.max(most, matchedPrefix(range, address)), -1)
  return best < 0 ? undefined : best + 1
}

/** Exact names before wildcards, longer wildcards before shorter ones. Envoy 1.40 compares them in lower case. */
function serverNameRank(names: readonly string[], sni: string): number | undefined {
  const set = names.flatMap((name) => (name === '' ? [] : [name.toLowerCase()]))
  if (set.length === 0) return 0
  if (sni === '') return undefined
  if (set.includes(sni)) return Number.MAX_SAFE_INTEGER
  const fits = set.filter((name) => name.startsWith('*.') && sni.length > name.length - 1 && sni.endsWith(name.slice(1)))
  return fits.length === 0 ? undefined : Math.max(...fits.map((name) => name.length))
}

/** The client's order decides: its first offer that any chain names. */
function protocolRank(wanted: readonly string[], offered: readonly string[]): number | undefined {
  if (wanted.length === 0) return 0
  const first = offered.findIndex((protocol) => wanted.includes(protocol))
  return first < 0 ? undefined : offered.length - first
}

function sourceTypeRank(type: string | undefined, facts: ChainFacts): number | undefined {
  if (type === undefined || type === 'ANY') return 0
  const local = facts.remoteAddress === facts.localAddress || isLoopback(facts.remoteAddress)
  return local === (type === 'SAME_IP_OR_LOOPBACK') ? 1 : undefined
}

function portsRank(ports: readonly Json[], port: number): number | undefined {
  if (ports.length === 0) return 0
  return ports.some((item) => numberOf(item) === port) ? 1 : undefined
}
