import type { Json, JsonObject } from '@/lib/std/json'
import type { GatewayWorkload } from '../../gateway-workload'
import { formatDuration, parseDuration } from '../../istio/duration'
import type { Fields } from '../../istio/read'
import type { AuthorizerLookup } from './external-authorizer'

/** A tracing provider as the connection manager has it. */
export interface TracingProvider {
  readonly provider: JsonObject
  readonly maxTagLength: number
  /** The provider draws its own samples, so all spans come to it. */
  readonly samples: boolean
}

/** Istio's configureFromProviderConfig; undefined for a provider without tracing, or whose service is not there (SPEC TE3). The service's name that Envoy tells is its bootstrap's, and not known. */
export function tracingProvider(settings: Fields, at: { readonly gateway: GatewayWorkload; readonly lookup: AuthorizerLookup }): TracingProvider | undefined {
  const target = (own: Fields) => at.lookup(own.string('service') ?? '', own.int('port') ?? 0)
  const zipkin = settings.object('zipkin')
  if (zipkin) return made('zipkin', 'Zipkin', zipkin, target(zipkin), zipkinConfig)
  const datadog = settings.object('datadog')
  if (datadog) return made('datadog', 'Datadog', datadog, target(datadog), (_, { cluster, hostname }) => ({ collector_cluster: cluster, collector_hostname: hostname }))
  const skywalking = settings.object('skywalking')
  if (skywalking) return made('skywalking', 'SkyWalking', skywalking, target(skywalking), (_, found) => ({ grpc_service: { envoy_grpc: grpcTarget(found) } }))
  const otel = settings.object('opentelemetry')
  return otel && made('opentelemetry', 'OpenTelemetry', otel, target(otel), (own, found) => openTelemetryConfig(own, found, at.gateway))
}

type Target = NonNullable<ReturnType<AuthorizerLookup>>

function made(name: string, type: string, settings: Fields, target: Target | undefined, config: (settings: Fields, target: Target) => JsonObject): TracingProvider | undefined {
  if (!target) return undefined
  return {
    provider: { name: `envoy.tracers.${name}`, typed_config: { '@type': `type.googleapis.com/envoy.config.trace.v3.${type}Config`, ...config(settings, target) } },
    maxTagLength: name === 'skywalking' ? 0 : settings.int('maxTagLength') ?? 0, samples: settings.has('dynatraceSampler'),
  }
}

function grpcTarget({ cluster, hostname }: Target): JsonObject {
  return { cluster_name: cluster, authority: hostname }
}

function zipkinConfig(settings: Fields, { cluster, hostname }: Target): JsonObject {
  const path = settings.string('path') ?? ''
  const headers = settings.objects('headers')
  return {
    ...(settings.bool('enable64bitTraceId') === true ? {} : { trace_id_128bit: true }),
    shared_span_context: false, collector_endpoint_version: 'HTTP_JSON',
    ...(settings.string('traceContextOption') === 'USE_B3_WITH_W3C_PROPAGATION' ? { trace_context_option: 'USE_B3_WITH_W3C_PROPAGATION' } : {}),
    collector_service: { http_uri: { uri: `http://${hostname}${path === '' ? '/api/v2/spans' : path}`, cluster, timeout: durationOf(settings) ?? '5s' }, ...(headers.length === 0 ? {} : { request_headers_to_add: headers.map(addedHeader) }) },
  }
}

function openTelemetryConfig(settings: Fields, found: Target, { labels, name }: GatewayWorkload): JsonObject {
  const http = settings.object('http')
  const conventions = settings.string('serviceAttributeEnrichment') === 'OTEL_SEMANTIC_CONVENTIONS'
  const detectors = settings.object('resourceDetectors')
  const service = conventions ? labels['app.kubernetes.io/instance'] || labels['app.kubernetes.io/name'] || name : ''
  const detected = [...(detectors?.object('environment') ? ['Environment'] : []), ...(detectors?.object('dynatrace') ? ['Dynatrace'] : []), ...(conventions && !detectors?.object('environment') ? ['Environment'] : [])]
  return {
    ...(http ? { http_service: httpService(http, found) } : { grpc_service: grpcService(settings.object('grpc'), found) }),
    ...(service === '' ? {} : { service_name: service }),
    ...(detected.length === 0 ? {} : { resource_detectors: detected.map(detector) }),
  }
}

function grpcService(grpc: Fields | undefined, found: Target): JsonObject {
  const metadata = grpc?.objects('initialMetadata') ?? []
  return { envoy_grpc: grpcTarget(found), ...timeoutOf(grpc), ...(metadata.length === 0 ? {} : { initial_metadata: metadata.map(header) }) }
}

function httpService(http: Fields, { cluster, hostname }: Target): JsonObject {
  const headers = http.objects('headers')
  return { http_uri: { uri: joinPath(hostname, http.string('path') ?? ''), cluster, ...timeoutOf(http) }, ...(headers.length === 0 ? {} : { request_headers_to_add: headers.map(addedHeader) }) }
}

function durationOf(settings: Fields | undefined): string | undefined {
  const nanos = parseDuration(settings?.string('timeout'))
  return nanos === undefined ? undefined : formatDuration(nanos)
}

function timeoutOf(settings: Fields | undefined): JsonObject {
  const timeout = durationOf(settings)
  return timeout === undefined ? {} : { timeout }
}

/** Go's url.JoinPath of a host and a path: without empty and dot segments, with the last slash. */
function joinPath(hostname: string, path: string): string {
  const segments: string[] = []
  for (const segment of `${hostname}/${path}`.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return `${segments.join('/')}${path.endsWith('/') ? '/' : ''}`
}

/** A value from istiod's environment is not known. */
function header(written: Fields): JsonObject {
  const value = written.string('value') ?? ''
  return { key: written.string('name') ?? '', ...(value === '' ? {} : { value }) }
}

function addedHeader(written: Fields): Json {
  return { header: header(written), append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }
}

function detector(kind: string): JsonObject {
  return { name: `envoy.tracers.opentelemetry.resource_detectors.${kind.toLowerCase()}`, typed_config: { '@type': `type.googleapis.com/envoy.extensions.tracers.opentelemetry.resource_detectors.v3.${kind}ResourceDetectorConfig` } }
}
