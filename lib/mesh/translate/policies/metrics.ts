import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../../envoy/listener'
import { formatDuration, parseDuration } from '../../istio/duration'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { providersOf, type Telemetry } from './telemetry'

/** Istio's names of its metrics, and Prometheus's. */
const prometheusNames: Readonly<Record<string, string>> = {
  REQUEST_COUNT: 'requests_total', REQUEST_DURATION: 'request_duration_milliseconds', REQUEST_SIZE: 'request_bytes', RESPONSE_SIZE: 'response_bytes',
  TCP_OPENED_CONNECTIONS: 'tcp_connections_opened_total', TCP_CLOSED_CONNECTIONS: 'tcp_connections_closed_total', TCP_SENT_BYTES: 'tcp_sent_bytes_total', TCP_RECEIVED_BYTES: 'tcp_received_bytes_total',
  GRPC_REQUEST_MESSAGES: 'request_messages_total', GRPC_RESPONSE_MESSAGES: 'response_messages_total',
}

/** What Telemetries say of one provider's metrics of client side traffic, which a gateway's is. */
interface Wanted {
  readonly overrides: Map<string, { disabled: boolean; readonly tags: Map<string, Fields> }>
  silent: boolean
  interval: number | undefined
}

/** Istio's metrics filter for each Prometheus provider in force (mergeMetrics, generateStatsConfig; SPEC TE1). */
export function metricsFilters(telemetries: readonly Telemetry[], config: MeshConfig): readonly NamedConfig[] {
  const entries = telemetries.flatMap(({ metrics }) => metrics)
  const defaults = config.fields.object('defaultProviders')?.strings('metrics') ?? []
  const wanted = entries.length === 0 ? new Map(defaults.map((name) => [name, noOverrides()])) : merge(entries, defaults)
  return [...wanted].sort(([a], [b]) => compareBytes(a, b)).flatMap(([name, one]) => (one.silent || !isPrometheus(name, config) ? [] : [statsFilter(one)]))
}

function noOverrides(): Wanted {
  return { overrides: new Map(), silent: false, interval: undefined }
}

/** Names are compared without regard to case; `prometheus` is built in. */
function isPrometheus(name: string, config: MeshConfig): boolean {
  const same = (other: string): boolean => other.toLowerCase() === name.toLowerCase()
  const provider = config.extensionProviders.find((candidate) => same(candidate.string('name') ?? ''))
  return provider ? provider.has('prometheus') : same('prometheus')
}

/** Each entry is for its own providers, or for those of the one before; the last that names any says which count at all. */
function merge(entries: readonly Fields[], defaults: readonly string[]): ReadonlyMap<string, Wanted> {
  const inForce = new Set(entries.map(providersOf).findLast((names) => names.length > 0) ?? defaults)
  const wanted = new Map<string, Wanted>()
  let inherited = defaults
  for (const entry of entries) {
    const own = providersOf(entry)
    inherited = own.length > 0 ? own : inherited
    for (const name of inherited) {
      if (!inForce.has(name)) continue
      const one = wanted.get(name) ?? noOverrides()
      wanted.set(name, one)
      one.interval = parseDuration(entry.string('reportingInterval')) ?? one.interval
      for (const override of entry.objects('overrides')) apply(override, one)
    }
  }
  return wanted
}

function apply(override: Fields, one: Wanted): void {
  const match = override.object('match')
  if (match?.string('mode') === 'SERVER') return
  const disabled = override.bool('disabled')
  const names = namesOf(match)
  one.silent = names === undefined && disabled === true
  if (one.silent) return
  for (const name of names ?? Object.keys(prometheusNames)) {
    const known = one.overrides.get(name) ?? { disabled: false, tags: new Map<string, Fields>() }
    one.overrides.set(name, known)
    known.disabled = disabled ?? known.disabled
    for (const [tag, value] of override.objectMap('tagOverrides')) known.tags.set(tag, value)
  }
}

/** The metrics that an override is for; undefined for all. */
function namesOf(match: Fields | undefined): readonly string[] | undefined {
  const custom = match?.string('customMetric')
  if (custom !== undefined) return [custom]
  const metric = match?.string('metric') ?? 'ALL_METRICS'
  return metric === 'ALL_METRICS' ? undefined : [metric]
}

function statsFilter({ overrides, interval }: Wanted): NamedConfig {
  const metrics = [...overrides].sort(([a], [b]) => compareBytes(a, b)).map(([name, { disabled, tags }]): JsonObject => {
    const sorted = [...tags].sort(([a], [b]) => compareBytes(a, b))
    const removed = sorted.filter(([, tag]) => tag.string('operation') === 'REMOVE').map(([tag]) => tag)
    const dimensions = sorted.filter(([, tag]) => tag.string('operation') !== 'REMOVE').map(([tag, value]) => [tag, value.string('value') ?? ''])
    return {
      ...(dimensions.length === 0 ? {} : { dimensions: Object.fromEntries(dimensions) }), name: (Object.hasOwn(prometheusNames, name) ? prometheusNames[name] : undefined) ?? name,
      ...(removed.length === 0 ? {} : { tags_to_remove: removed }), ...(disabled ? { drop: true } : {}),
    }
  })
  return {
    name: 'istio.stats',
    typed_config: { '@type': 'type.googleapis.com/stats.PluginConfig', disable_host_header_fallback: true, ...(interval === undefined ? {} : { tcp_reporting_duration: formatDuration(interval) }), ...(metrics.length === 0 ? {} : { metrics }) },
  }
}
