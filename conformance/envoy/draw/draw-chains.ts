import type { JsonObject } from '@/lib/std/json'
import { compact, createRandom, type Random } from '../../generate/random'
import type { ProbeCase, ProbeRequest } from '../probe-case'

const names = ['a.test', 'b.test', '*.test', 'x.a.test', '*.a.test', 'UP.test', '*.org'] as const
const protocols = ['h2', 'http/1.1', 'istio', 'foo'] as const
const sources = ['10.1.2.3', '10.2.0.1', '20.1.0.1', '127.0.0.9', '192.0.2.7'] as const
const ranges: readonly JsonObject[] = [
  { address_prefix: '10.0.0.0', prefix_len: 8 }, { address_prefix: '10.1.0.0', prefix_len: 16 }, { address_prefix: '10.1.2.3', prefix_len: 32 }, { address_prefix: '127.0.0.0', prefix_len: 8 }, { address_prefix: '2001:db8::', prefix_len: 32 },
]

/** A listener behind a PROXY protocol with chains that differ by every criterion, and connections to choose between them; the same for the same seed. */
export function drawChains(seed: number, requests: number): ProbeCase {
  const random = createRandom(seed)
  const proxied = random.chance(0.7)
  const matches = new Map(random.times(2, 7, () => drawMatch(random, proxied)).map((match) => [JSON.stringify(match), match]))
  return {
    name: `chains-${seed}`, rules: [], manager: {}, router: {}, filters: [], listener: {},
    listener_filters: [
      ...(proxied ? [{ name: 'envoy.filters.listener.proxy_protocol', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol' } }] : []),
      { name: 'envoy.filters.listener.tls_inspector', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector' } },
    ],
    routes: {},
    chains: [...matches.values()].map((match, index) => {
      const name = `chain${index}`
      const common = { name, match, network_filters: [] }
      const tls = match['transport_protocol'] === 'raw_buffer' || random.chance(0.2) ? {} : { tls: { client: random.pick(['no', 'asked', 'required', 'untrusted-taken'] as const), alpn: random.some(['http/1.1'], 1) } }
      if (random.chance(0.35)) return { ...common, ...tls, tcp: { cluster: random.pick(['a', 'b', 'empty', 'nope']) } }
      return { ...common, ...tls, routes: { virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ name, match: { prefix: '/' }, direct_response: { status: 200 } }] }] } }
    }),
    requests: Array.from({ length: requests }, () => drawConnection(random, proxied)),
  }
}

function drawMatch(random: Random, proxied: boolean): JsonObject {
  return compact({
    server_names: random.maybe(0.5, () => random.some(names, 2, 1)), application_protocols: random.maybe(0.3, () => random.some(protocols, 2, 1)), transport_protocol: random.maybe(0.3, () => random.pick(['tls', 'raw_buffer'])),
    source_prefix_ranges: random.maybe(0.3, () => random.some(ranges, 2, 1)), direct_source_prefix_ranges: random.maybe(0.2, () => random.some(ranges, 1, 1)), source_type: random.maybe(0.15, () => random.pick(['SAME_IP_OR_LOOPBACK', 'EXTERNAL', 'ANY'])),
    ...(proxied ? { destination_port: random.maybe(0.15, () => random.pick([8081, 9090])), prefix_ranges: random.maybe(0.15, () => random.some(ranges, 1, 1)) } : {}),
  })
}

function drawConnection(random: Random, proxied: boolean): ProbeRequest {
  const tls = random.chance(0.75)
  const host = random.pick(['a.test', 'b.test', 'x.a.test', 'y.a.test', 'up.test', 'UP.TEST', 'q.test', 'test', 'z.org', 'other.example'])
  return {
    method: 'GET', authority: 'x', path: '/', headers: [], http2: false, tls, alpn: tls ? random.pick([[], ['http/1.1'], ['istio', 'http/1.1'], ['foo'], ['istio'], ['http/1.1', 'istio'], ['h2', 'http/1.1'], ['foo', 'h2']]) : [],
    ...(tls && random.chance(0.85) ? { sni: host } : {}), ...(tls && random.chance(0.5) ? { certificate: random.chance(0.7) ? 'good' as const : 'bad' as const } : {}), ...(proxied ? { from: random.pick(sources) } : {}),
  }
}
