import type { JsonObject } from '@/lib/std/json'
import { formatDuration, parseDuration } from '../istio/duration'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
import { enabled, type Features } from './features'
import { percent } from './load-balancing'
import type { EffectivePolicy } from './traffic-policy'

const unlimited = 4_294_967_295
const unlimitedThresholds: JsonObject = { max_connections: unlimited, max_pending_requests: unlimited, max_requests: unlimited, max_retries: unlimited }

/** Istio's applyConnectionPool: limits, retry budget and keepalive (SPEC CL5). */
export function connectionPool(policy: EffectivePolicy, { config, features }: { readonly config: MeshConfig; readonly features: Features }): JsonObject {
  const tracks: JsonObject = enabled(features, 'DISABLE_TRACK_REMAINING_CB_METRICS') ? {} : { track_remaining: true }
  const tcp = policy.pool?.object('tcp')
  const timeout = parseDuration(tcp?.string('connectTimeout')) ?? parseDuration(config.fields.string('connectTimeout')) ?? 10e9
  const keepalive = keepaliveOf(config.fields.object('tcpKeepalive'), tcp?.object('tcpKeepalive'))
  return {
    connect_timeout: formatDuration(timeout),
    circuit_breakers: { thresholds: [{ ...(policy.pool || policy.retryBudget ? thresholds(policy) : unlimitedThresholds), ...tracks }] },
    ...(keepalive === undefined ? {} : { upstream_connection_options: { tcp_keepalive: keepalive } }),
  }
}

function thresholds(policy: EffectivePolicy): JsonObject {
  const [tcp, http] = [policy.pool?.object('tcp'), policy.pool?.object('http')]
  const limit = (value: number | undefined): number => (value === undefined || value <= 0 ? unlimited : value)
  return {
    max_connections: limit(tcp?.int('maxConnections')),
    max_pending_requests: limit(http?.int('http1MaxPendingRequests')),
    max_requests: limit(http?.int('http2MaxRequests')),
    max_retries: limit(http?.int('maxRetries')),
    ...retryBudget(policy.retryBudget),
  }
}

function retryBudget(budget: Fields | undefined): JsonObject {
  if (!budget) return {}
  const interval = parseDuration(budget.string('budgetInterval'))
  const least = budget.int('minRetryConcurrency') ?? 0
  return {
    retry_budget: {
      budget_percent: percent(budget.number('percent') ?? budget.object('percent')?.number('value') ?? 20),
      ...(interval === undefined ? {} : { budget_interval: formatDuration(interval) }),
      min_retry_concurrency: least > 0 ? least : 3,
    },
  }
}

function keepaliveOf(...settings: readonly (Fields | undefined)[]): JsonObject | undefined {
  let found: JsonObject | undefined
  for (const each of settings) {
    if (!each) continue
    const seconds = (key: string): number | undefined => {
      const value = parseDuration(each.string(key))
      return value === undefined ? undefined : Math.trunc(value / 1e9)
    }
    const [probes, time, interval] = [each.int('probes') ?? 0, seconds('time'), seconds('interval')]
    found = { ...found, ...(probes > 0 ? { keepalive_probes: probes } : {}), ...(time === undefined ? {} : { keepalive_time: time }), ...(interval === undefined ? {} : { keepalive_interval: interval }) }
  }
  return found
}

/** Istio's applyOutlierDetection (SPEC CL6). */
export function outlierDetection(settings: Fields | undefined): JsonObject {
  if (!settings) return {}
  const counted = (key: string, field: string): JsonObject => {
    const value = settings.int(key)
    return value === undefined ? {} : { [field]: value, [`enforcing_${field}`]: value === 0 ? 0 : 100 }
  }
  const time = (key: string, field: string): JsonObject => {
    const value = parseDuration(settings.string(key))
    return value === undefined ? {} : { [field]: formatDuration(value) }
  }
  const most = settings.int('maxEjectionPercent') ?? 0
  return {
    outlier_detection: {
      ...counted('consecutive5xxErrors', 'consecutive_5xx'),
      ...time('interval', 'interval'),
      ...time('baseEjectionTime', 'base_ejection_time'),
      ...(most <= 0 ? {} : { max_ejection_percent: most }),
      enforcing_success_rate: 0,
      ...counted('consecutiveGatewayErrors', 'consecutive_gateway_failure'),
      ...localOrigin(settings),
    },
  }
}

function localOrigin(settings: Fields): JsonObject {
  if (settings.bool('splitExternalLocalOriginErrors') !== true) return {}
  const failures = settings.int('consecutiveLocalOriginFailures') ?? 0
  return {
    split_external_local_origin_errors: true,
    ...(failures > 0 ? { consecutive_local_origin_failure: failures, enforcing_consecutive_local_origin_failure: 100 } : {}),
    enforcing_local_origin_success_rate: 0,
  }
}
