import type { JsonObject } from '@/lib/std/json'
import { compact, createRandom, type Random } from '../../generate/random'
import type { ProbeCase } from '../probe-case'
import { drawFilters, perFilter } from './draw-filters'
import { drawRequest } from './draw-request'
import { drawOperations, drawRoute } from './draw-route'

/** Domains of all forms; `shop.test` is in several of them. */
const domains = ['shop.test', '*.test', 'a.shop.test', '*.shop.test', 'shop.*', 'sho*', '*', 'UP.test', 'shop.test:8080', '*-x.test', '10.0.0.1', '[::1]', '[::1]:8080'] as const

/** A listener as nobody would write it by hand, with requests at it; the same for the same seed. */
export function drawProbe(seed: number, requests: number): ProbeCase {
  const random = createRandom(seed)
  const filters = drawFilters(random)
  const manager = drawManager(random)
  const routes = drawTable(random, filters, manager)
  return {
    name: `drawn-${seed}`, rules: [], manager, router: random.chance(0.1) ? { suppress_envoy_headers: true } : {}, filters: [...filters],
    listener_filters: [], listener: {}, routes,
    chains: [
      { name: 'plain', match: {}, network_filters: [] },
      { name: 'tls', match: { transport_protocol: 'tls' }, tls: { client: random.pick(['no', 'asked', 'untrusted-taken'] as const), alpn: ['h2', 'http/1.1'] }, network_filters: [] },
    ],
    requests: Array.from({ length: requests }, () => drawRequest(random, routes)),
  }
}

/** A route configuration: virtual hosts with domains of their own, each with routes. */
function drawTable(random: Random, filters: readonly JsonObject[], manager: JsonObject): JsonObject {
  const left = random.some(domains, domains.length, 1)
  const hosts = random.times(1, 4, (index) => ({ index, own: index === 0 ? [...left.splice(0, 2), ...(random.chance(0.6) && left.includes('*') ? left.splice(left.indexOf('*'), 1) : [])] : left.splice(0, random.int(3)) }))
  return compact({
    virtual_hosts: hosts.filter(({ own }) => own.length > 0).map(({ index, own }) => compact({
      name: `v${index}`, domains: own, routes: random.times(0, 7, (at) => ({ ...drawRoute(random, at + index * 10), ...perFilter(random, filters) })), require_tls: random.maybe(0.12, () => random.pick(['ALL', 'EXTERNAL_ONLY', 'NONE'])),
      include_request_attempt_count: random.maybe(0.1, () => true), include_attempt_count_in_response: manager['upgrade_configs'] === undefined ? random.maybe(0.1, () => true) : undefined, ...drawOperations(random), ...perFilter(random, filters),
    })),
    ignore_port_in_host_matching: random.maybe(0.3, () => true), most_specific_header_mutations_wins: random.maybe(0.3, () => true), internal_only_headers: random.maybe(0.1, () => ['x-a']), ...drawOperations(random),
    vhost_header: random.maybe(0.04, () => 'x-a'),
  })
}

function drawManager(random: Random): JsonObject {
  return compact({
    use_remote_address: random.maybe(0.35, () => false), xff_num_trusted_hops: random.maybe(0.3, () => random.pick([1, 2])), skip_xff_append: random.maybe(0.1, () => true),
    normalize_path: random.maybe(0.3, () => false), merge_slashes: random.maybe(0.3, () => true),
    path_with_escaped_slashes_action: random.maybe(0.4, () => random.pick(['KEEP_UNCHANGED', 'REJECT_REQUEST', 'UNESCAPE_AND_REDIRECT', 'UNESCAPE_AND_FORWARD'])),
    ...random.pick<JsonObject>([{}, {}, {}, { strip_any_host_port: true }]), strip_trailing_host_dot: random.maybe(0.2, () => true),
    internal_address_config: random.maybe(0.3, () => ({ cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }, { address_prefix: '127.0.0.0', prefix_len: 8 }] })),
    via: random.maybe(0.1, () => 'gw'),
    upgrade_configs: random.maybe(0.3, () => [{ upgrade_type: 'websocket' }]),
  })
}
