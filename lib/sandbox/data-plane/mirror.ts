import { runtimeFractionOf } from '@/lib/mesh/simulate/fraction'
import { listOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import { copy, put, valueOf } from './headers'
import type { HttpExchange } from './http-exchange'
import { callUpstream } from './upstream-call'

/** Sends copies of a request to the route's mirrors; their answers are thrown away (Filter::maybeDoShadowing). */
export function sendMirrors(exchange: HttpExchange, action: ReturnType<typeof objectOf>): void {
  const { options, upstreams, stats } = exchange.context
  for (const item of listOf(action.request_mirror_policies)) {
    const policy = objectOf(item)
    const cluster = upstreams.get(stringOf(policy.cluster) ?? '')
    const fraction = policy.runtime_fraction === undefined ? { numerator: 1, denominator: 1 } : runtimeFractionOf(policy.runtime_fraction)
    if (cluster === undefined || options.random() * fraction.denominator >= fraction.numerator) continue
    const host = cluster.pick({ random: options.random, hashKey: undefined, avoid: new Set() })
    if (host === undefined) continue
    const headers = copy(exchange.headers)
    if (policy.disable_shadow_host_suffix_append !== true) put(headers, ':authority', shadowHost(valueOf(headers, ':authority') ?? ''))
    const done = () => {
      host.stats.rq_active--
    }
    host.stats.rq_active++
    const call = callUpstream({ cluster, host, options, stats }, headers, undefined, {
      onConnected: () => undefined,
      onResponse: (response) => {
        host.stats.rq_success += response.status < 500 ? 1 : 0
        host.stats.rq_error += response.status < 500 ? 0 : 1
        response.body.on('error', () => undefined)
        response.body.resume()
        done()
      },
      onFailure: () => {
        host.stats.rq_error++
        done()
      },
    })
    if (call === undefined) continue
    call.body.on('error', () => undefined)
    exchange.body.feed(call.body)
  }
}

/** `shop.example.com:8080` → `shop.example.com-shadow:8080`. */
function shadowHost(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return colon < 0 || authority.endsWith(']') ? `${authority}-shadow` : `${authority.slice(0, colon)}-shadow${authority.slice(colon)}`
}
