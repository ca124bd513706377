import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { GatewayWorkload } from '../../gateway-workload'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { traceSampling } from '../features'
import type { AuthorizerLookup } from './external-authorizer'
import { providersOf, type Telemetry } from './telemetry'
import { tracingProvider } from './tracing-provider'
import { istioTags, proxyTags, telemetryTags, type Tag } from './tracing-tags'

/** What a connection manager has of tracing; undefined where it is off. */
export interface Tracing {
  readonly settings: JsonObject | undefined
  /** Whether the request's id decides about its span. */
  readonly requestIdSamples: boolean
}

/** What tracing is made of. */
interface TracingInput {
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Readonly<Record<string, string>>
  readonly lookup: AuthorizerLookup
}

/** Istio's configureTracing: by Telemetry and the mesh's default provider, else by ProxyConfig alone (SPEC TE2, TE3). */
export function telemetryTracing(telemetries: readonly Telemetry[], input: TracingInput): Tracing {
  const entries = telemetries.flatMap(({ tracing }) => tracing).filter((entry) => entry.object('match')?.string('mode') !== 'SERVER')
  const defaults = input.config.fields.object('defaultProviders')?.strings('tracing') ?? []
  if (telemetries.every(({ tracing }) => tracing.length === 0) && defaults.length === 0) return { settings: byProxyConfig(input), requestIdSamples: true }
  const settings = byTelemetry(entries, defaults, input)
  return { settings, requestIdSamples: settings === undefined || (last(entries, (entry) => entry.bool('useRequestIdForTraceSampling')) ?? true) }
}

function byProxyConfig(input: TracingInput): JsonObject | undefined {
  const { gateway, config } = input
  if (config.fields.bool('enableTracing') === false) return undefined
  const written = proxyTracing(config)
  const tags = [...(written?.bool('enableIstioTags') === false ? [] : istioTags(gateway)), ...(written ? proxyTags(written) : [])]
  return { ...sampled(proxySampling(input)), ...longest(written?.int('maxPathTagLength') ?? 0), ...tagged(tags) }
}

function byTelemetry(entries: readonly Fields[], defaults: readonly string[], input: TracingInput): JsonObject | undefined {
  const { config, gateway } = input
  const name = last(entries, (entry) => providersOf(entry)[0]) ?? defaults[0]
  const found = name === undefined ? undefined : providerNamed(name, config)
  if (!found || last(entries, (entry) => entry.bool('disableSpanReporting')) === true) return undefined
  const provider = tracingProvider(found, input)
  if (!provider) return undefined
  const own = last(entries, (entry) => (entry.has('customTags') ? entry : undefined))
  const chosen = own ? telemetryTags(own) : []
  const written = proxyTracing(config)
  const tags = [...((last(entries, (entry) => entry.bool('enableIstioTags')) ?? true) ? istioTags(gateway) : []), ...(chosen.length > 0 ? chosen : written ? proxyTags(written) : [])]
  return {
    ...sampled(provider.samples ? 100 : last(entries, (entry) => entry.number('randomSamplingPercentage')) ?? proxySampling(input)),
    spawn_upstream_span: true, provider: provider.provider, ...longest(provider.maxTagLength === 0 ? written?.int('maxPathTagLength') ?? 0 : provider.maxTagLength), ...tagged(tags),
    ...(last(entries, (entry) => entry.bool('disableContextPropagation')) === true ? { no_context_propagation: true } : {}),
  }
}

/** What the last entry says that says anything. */
function last<T>(entries: readonly Fields[], read: (entry: Fields) => T | undefined): T | undefined {
  for (const entry of [...entries].reverse()) {
    const value = read(entry)
    if (value !== undefined) return value
  }
  return undefined
}

/** Names are compared without regard to case. */
function providerNamed(name: string, config: MeshConfig): Fields | undefined {
  return config.extensionProviders.find((candidate) => (candidate.string('name') ?? '').toLowerCase() === name.toLowerCase())
}

function proxyTracing(config: MeshConfig): Fields | undefined {
  return config.fields.object('defaultConfig')?.object('tracing')
}

/** ProxyConfig's percentage; more than 100 is 1, none is PILOT_TRACE_SAMPLING's. */
function proxySampling({ config, features }: TracingInput): number {
  const written = proxyTracing(config)?.number('sampling') ?? 0
  return written === 0 ? traceSampling(features) : written > 100 ? 1 : written
}

function sampled(percentage: number): JsonObject {
  return { client_sampling: { value: 100 }, random_sampling: percentage === 0 ? {} : { value: percentage }, overall_sampling: { value: 100 } }
}

function longest(length: number): JsonObject {
  return length === 0 ? {} : { max_path_tag_length: length }
}

function tagged(tags: readonly Tag[]): JsonObject {
  return tags.length === 0 ? {} : { custom_tags: [...tags].sort((a, b) => compareBytes(a.tag, b.tag)) }
}
