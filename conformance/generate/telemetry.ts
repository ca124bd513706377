import type { JsonObject } from '@/lib/std/json'
import { compact, type Random } from './random'

/** MeshConfig's providers of spans and metrics, and an OpenTelemetry log. */
export const telemetryProviders = `
- {name: zipkin, zipkin: {service: web.shop.svc.cluster.local, port: 80, maxTagLength: 17}}
- {name: Zipkin-more, zipkin: {service: shop/api.shop.svc.cluster.local, port: 80, path: /spans, enable64bitTraceId: true, traceContextOption: USE_B3_WITH_W3C_PROPAGATION, timeout: 1.5s, headers: [{name: x-a, value: b}, {name: x-e, envName: UNKNOWN_TO_ALL}]}}
- {name: otel, opentelemetry: {service: web.shop.svc.cluster.local, port: 80, maxTagLength: 5, grpc: {timeout: 3s, initialMetadata: [{name: x-m, value: other}]}, resourceDetectors: {environment: {}, dynatrace: {}}}}
- {name: otel-http, opentelemetry: {service: api.shop.svc.cluster.local, port: 80, http: {path: //v1/./traces/, timeout: 2s, headers: [{name: x-a, value: b}]}, serviceAttributeEnrichment: OTEL_SEMANTIC_CONVENTIONS}}
- {name: datadog, datadog: {service: web.shop.svc.cluster.local, port: 80}}
- {name: skywalking, skywalking: {service: web.shop.svc.cluster.local, port: 80, accessToken: t}}
- {name: gone-zipkin, zipkin: {service: gone.shop.svc.cluster.local, port: 80}}
- {name: otel-als, envoyOtelAls: {service: web.shop.svc.cluster.local, port: 80, logName: mine, logFormat: {text: "%PROTOCOL%", labels: {b: "%REQ_WITHOUT_QUERY(:PATH)%", a: x}}}}
- {name: otel-plain, envoyOtelAls: {service: shop/api.shop.svc.cluster.local, port: 80}}
- {name: metrics, prometheus: {}}`

/** Providers that log, of those above. */
export const loggingProviders = ['otel-als', 'otel-plain'] as const

/** Spec.metrics and spec.tracing of a Telemetry. */
export function metricsAndTracing(random: Random): JsonObject {
  return compact({
    metrics: random.rarely(0.4, () => random.times(1, 2, () => compact({
      providers: random.maybe(0.7, () => random.some(['prometheus', 'prometheus', 'Metrics', 'metrics', 'envoy', 'missing'], 2, 1).map((name) => ({ name }))),
      overrides: random.maybe(0.7, () => random.times(1, 3, () => override(random))),
      reportingInterval: random.maybe(0.2, () => random.pick(['5s', '1.5s', '10s'])),
    }))),
    tracing: random.rarely(0.4, () => random.times(1, random.rare(0.2) ? 2 : 1, () => compact({
      match: random.maybe(0.2, () => ({ mode: random.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']) })),
      providers: random.maybe(0.7, () => random.some(['zipkin', 'zipkin-MORE', 'otel', 'otel-http', 'datadog', 'skywalking', 'gone-zipkin', 'missing', 'prometheus'], 2, 1).map((name) => ({ name }))),
      randomSamplingPercentage: random.maybe(0.4, () => random.pick([0, 10, 12.5, 100])),
      disableSpanReporting: random.maybe(0.15, () => random.chance(0.6)),
      useRequestIdForTraceSampling: random.maybe(0.2, () => random.chance(0.3)),
      enableIstioTags: random.maybe(0.2, () => random.chance(0.3)),
      disableContextPropagation: random.maybe(0.15, () => random.chance(0.6)),
      customTags: random.maybe(0.4, () => ({ [random.pick(['a', 'istio.zone'])]: random.pick<JsonObject>([{ literal: { value: 'x' } }, { header: { name: 'x-h', defaultValue: 'd' } }, { environment: { name: 'HOME' } }, { formatter: { value: '%REQ(x)%' } }]), b: { literal: { value: 'y' } } })),
    }))),
  })
}

function override(random: Random): JsonObject {
  return compact({
    match: random.maybe(0.8, () => compact({ ...random.pick<JsonObject>([{ metric: 'REQUEST_COUNT' }, { metric: 'REQUEST_COUNT' }, { metric: 'ALL_METRICS' }, { metric: 'TCP_OPENED_CONNECTIONS' }, { metric: 'GRPC_REQUEST_MESSAGES' }, { customMetric: 'mine' }, {}]), mode: random.maybe(0.4, () => random.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER'])) })),
    disabled: random.maybe(0.4, () => random.chance(0.6)),
    tagOverrides: random.maybe(0.6, () => ({ [random.pick(['x', 'response_code'])]: random.pick<JsonObject>([{ operation: 'REMOVE' }, { operation: 'UPSERT', value: 'request.host' }, { value: 'v' }]), y: { value: 'w' } })),
  })
}
