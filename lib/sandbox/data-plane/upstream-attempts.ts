import type { JsonObject } from '@/lib/std/json'
import { copy, put, valueOf } from './headers'
import type { HttpExchange } from './http-exchange'
import { hashKeyOf } from './load-balancer'
import { backOff, retriesFailure, retriesResponse, retryPolicyOf } from './retry-policy'
import type { UpstreamCall, UpstreamFailure, UpstreamResponse } from './upstream-call'
import { callUpstream } from './upstream-call'
import type { UpstreamHost } from './upstream-host'
import { hostKey } from './upstream-host'
import type { UpstreamCluster } from './upstreams'
import { statName } from './upstreams'

/** What a request needs to go upstream. */
interface Plan {
  readonly upstream: UpstreamCluster
  readonly action: JsonObject
  readonly virtualHost: JsonObject | undefined
  /** Milliseconds for the whole answer, 0 for none. */
  readonly timeout: number
}

/** Sends a request upstream with the route's retries and timeouts, and passes the answer on. */
export function sendUpstream(exchange: HttpExchange, plan: Plan): void {
  const { context, stream, headers } = exchange
  const { options, stats } = context
  const policy = retryPolicyOf(plan.action, plan.virtualHost)
  const prefix = `cluster.${statName(plan.upstream)}.`
  const hashKey = hashKeyOf(plan.action.hash_policy, { headers, path: valueOf(headers, ':path') ?? '', sourceAddress: exchange.connection.remoteIp })
  const tried = new Set<UpstreamHost>()
  const state: { attempt: number; call: UpstreamCall | undefined; stopFeeding: (() => void) | undefined; over: boolean; reusedOnce: boolean } = { attempt: 0, call: undefined, stopFeeding: undefined, over: false, reusedOnce: false }
  const began = options.now()
  let timer: NodeJS.Timeout | undefined

  const end = () => {
    state.over = true
    clearTimeout(timer)
    state.stopFeeding?.()
  }
  const giveUp = (status: number, text: string, reason: { readonly details: string; readonly flag?: string }) => {
    if (state.over) return
    end()
    state.call?.abort()
    if (exchange.started()) exchange.cut()
    else exchange.reply(status, text, reason)
  }
  if (plan.timeout > 0) {
    exchange.body.onEnd(() => {
      timer = setTimeout(() => {
        stats.add(`${prefix}upstream_rq_timeout`)
        giveUp(504, 'upstream request timeout', { details: 'response_timeout', flag: 'UT' })
      }, plan.timeout)
    })
  }
  exchange.onGone(() => {
    end()
    state.call?.abort()
  })

  /** Starts the next attempt if the policy has one left; sets URX when it has not. */
  const retry = (): boolean => {
    if (policy === undefined || !exchange.body.repeatable || exchange.started()) return false
    if (state.attempt > policy.retries) {
      stats.add(`${prefix}upstream_rq_retry_limit_exceeded`)
      stream.flags.add('URX')
      return false
    }
    stats.add(`${prefix}upstream_rq_retry`)
    setTimeout(attempt, backOff(policy, state.attempt, options.random))
    return true
  }
  const attempt = () => {
    if (state.over) return
    state.attempt++
    const host = plan.upstream.pick({ random: options.random, hashKey, avoid: policy?.avoidPrevious === true ? tried : new Set() })
    if (host === undefined) {
      stats.add(`${prefix}upstream_cx_none_healthy`)
      giveUp(503, 'no healthy upstream', { details: 'no_healthy_upstream', flag: 'UH' })
      return
    }
    tried.add(host)
    send(host)
  }
  const send = (host: UpstreamHost) => {
    stream.upstreamHost = hostKey(host)
    stream.upstreamLocalAddress = undefined
    stream.transportFailure = undefined
    const own = copy(headers)
    if (exchange.bodyless && bodyMethods.has(valueOf(own, ':method') ?? '')) put(own, 'content-length', '0')
    if (plan.virtualHost?.include_request_attempt_count === true) put(own, 'x-envoy-attempt-count', String(state.attempt))
    if (state.attempt > 1 && own.has('x-envoy-expected-rq-timeout-ms')) put(own, 'x-envoy-expected-rq-timeout-ms', String(Math.max(1, Math.round(plan.timeout - (options.now() - began)))))
    host.stats.rq_active++
    stats.gauge(`${prefix}upstream_rq_active`, 1)
    let active = true
    const settle = (outcome: 'rq_success' | 'rq_error' | 'rq_timeout') => {
      if (!active) return
      active = false
      host.stats.rq_active--
      host.stats[outcome]++
      stats.gauge(`${prefix}upstream_rq_active`, -1)
      clearTimeout(tryTimer)
    }
    const fail = (failure: UpstreamFailure) => {
      settle('rq_error')
      if (state.over) return
      state.stopFeeding?.()
      if (failure.reused && !state.reusedOnce && exchange.body.repeatable) {
        state.reusedOnce = true
        send(host)
        return
      }
      stream.transportFailure = failure.transport
      if (policy !== undefined && retriesFailure(policy, failure.kind) && retry()) return
      if (exchange.started()) return giveUp(503, '', { details: '' })
      giveUp(503, failureText(failure, state.attempt), { details: failureDetails(failure), flag: flags[failure.kind] })
    }
    const respond = (response: UpstreamResponse) => {
      if (state.over) {
        response.body.on('error', () => undefined)
        response.body.destroy()
        settle('rq_error')
        return
      }
      settle(response.status >= 500 ? 'rq_error' : 'rq_success')
      if (policy !== undefined && response.upgraded === undefined && retriesResponse(policy, response.status, response.headers) && retry()) {
        state.stopFeeding?.()
        response.body.on('error', () => undefined)
        response.body.resume()
        return
      }
      passOn(response)
    }
    const tryTimer = policy?.perTryTimeout === undefined ? undefined : setTimeout(() => {
      settle('rq_timeout')
      state.call?.abort()
      stats.add(`${prefix}upstream_rq_per_try_timeout`)
      if (state.over || exchange.started()) return
      state.stopFeeding?.()
      if (policy !== undefined && retriesFailure(policy, 'timeout') && retry()) return
      giveUp(504, 'upstream request timeout', { details: 'upstream_per_try_timeout', flag: 'UT' })
    }, policy.perTryTimeout)
    const call = callUpstream({ cluster: plan.upstream, host, options, stats }, own, exchange.upgrade, {
      onConnected: (port) => {
        if (port !== undefined) stream.upstreamLocalAddress = `${options.podAddress}:${String(port)}`
      },
      onResponse: (response) => active && respond(response),
      onFailure: (failure) => active && fail(failure),
    })
    state.call = call
    if (call === undefined) return
    call.body.on('error', () => undefined)
    if (exchange.upgrade !== undefined) call.body.end()
    else state.stopFeeding = exchange.body.feed(call.body)
  }
  const passOn = (response: UpstreamResponse) => {
    stats.add(`${prefix}upstream_rq_${String(response.status)}`)
    stats.add(`${prefix}upstream_rq_${String(Math.floor(response.status / 100))}xx`)
    stats.add(`${prefix}upstream_rq_completed`)
    if (state.attempt > 1) stats.add(`${prefix}upstream_rq_retry_success`)
    stream.details = exchange.upgrade !== undefined && response.upgraded === undefined ? 'websocket_handshake_unsuccessful' : 'via_upstream'
    put(response.headers, 'x-envoy-upstream-service-time', String(Math.max(0, Math.round(options.now() - began))))
    if (response.upgraded !== undefined) {
      end()
      exchange.join(response.headers, response.upgraded)
      return
    }
    response.body.on('end', end)
    response.body.on('error', () => giveUp(503, '', { details: 'upstream_reset_after_response_started' }))
    response.body.on('close', () => {
      if (state.over) return
      stream.flags.add('UC')
      giveUp(503, '', { details: 'upstream_reset_after_response_started{connection_termination}' })
    })
    exchange.relay(response.status, response.headers, response.body)
  }
  if (plan.virtualHost?.include_attempt_count_in_response === true) exchange.responseChanges.push((headers) => put(headers, 'x-envoy-attempt-count', String(state.attempt)))
  stream.upstreamCluster = plan.upstream.cluster.name
  attempt()
}

/** Methods whose message says that it has no body. */
const bodyMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const flags = { connect: 'UF', reset: 'UC', 'remote-reset': 'UR' } as const
const reasons = { connect: 'remote connection failure', reset: 'connection termination', 'remote-reset': 'remote reset' } as const

function failureText(failure: UpstreamFailure, attempt: number): string {
  const which = attempt > 1 ? 'retried and the latest reset reason' : 'reset reason'
  return `upstream connect error or disconnect/reset before headers. ${which}: ${reasons[failure.kind]}`
}

function failureDetails(failure: UpstreamFailure): string {
  const transport = failure.transport === undefined ? '' : `|${failure.transport}`
  return `upstream_reset_before_response_started{${reasons[failure.kind].replaceAll(' ', '_')}${transport}}`
}
