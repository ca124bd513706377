import { formatDuration, parseDuration } from '../istio/duration'

/** istiod's switches that change what the engine makes, with Istio's defaults (pilot/pkg/features). */
const defaults = {
  PILOT_ENABLE_ALPN_FILTER: true,
  PILOT_ENABLE_METADATA_EXCHANGE: true,
  PILOT_ENABLE_TELEMETRY_LABEL: true,
  PILOT_DISABLE_MX_ALPN: false,
  PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: false,
  PILOT_HTTP10: false,
  ENABLE_100_CONTINUE_HEADERS: true,
  PILOT_SCOPE_GATEWAY_TO_NAMESPACE: false,
  ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY: true,
  DISABLE_TRACK_REMAINING_CB_METRICS: true,
  PILOT_ENABLE_MONGO_FILTER: true,
  PILOT_ENABLE_MYSQL_FILTER: false,
} as const

/** A switch of istiod that the engine knows. */
export type FeatureName = keyof typeof defaults

/** istiod's environment as it is written: variable names to texts. */
export type Features = Readonly<Record<string, string>>

/** The switches that the engine knows (SPEC.md, Features). */
export const featureNames: ReadonlySet<string> = new Set([...Object.keys(defaults), 'MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP', 'PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT', 'PILOT_TRACE_SAMPLING'])

const [truths, falsehoods] = [['1', 't', 'T', 'TRUE', 'true', 'True'], ['0', 'f', 'F', 'FALSE', 'false', 'False']]

/** Whether a switch is on: as written in the forms of Go's strconv.ParseBool, else as Istio has it. */
export function enabled(features: Features, name: FeatureName): boolean {
  const written = features[name] ?? ''
  return truths.includes(written) || (defaults[name] && !falsehoods.includes(written))
}

/** How many connections Envoy takes at a time (MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP); undefined for as many as there are. */
export function connectionsAtATime(features: Features): number | undefined {
  const written = features['MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP'] ?? ''
  const value = /^[+-]?[0-9]+$/.test(written) ? Number(written) : 1
  return value > 0 ? value : undefined
}

/** How long a gateway's TLS handshake may take (PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT); undefined for as long as it likes. */
export function handshakeTimeout(features: Features): string | undefined {
  const nanos = parseDuration(features['PILOT_GATEWAY_TRANSPORT_SOCKET_CONNECT_TIMEOUT']) ?? 15e9
  return nanos === 0 ? undefined : formatDuration(nanos < 0 ? 15e9 : nanos)
}

/** The percentage of requests that get a span where nothing else says (PILOT_TRACE_SAMPLING). */
export function traceSampling(features: Features): number {
  const written = features['PILOT_TRACE_SAMPLING'] ?? ''
  const value = /^[0-9]+(\.[0-9]+)?$/.test(written) ? Number(written) : 1
  return value >= 0 && value <= 100 ? value : 1
}
