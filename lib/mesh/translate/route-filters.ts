import type { Any } from '../envoy/core'
import { formatDuration } from '../istio/duration'
import type { CorsPolicy, Fault } from '../istio/virtual-service'
import type { Json } from '@/lib/std/json'
import { perMillion } from './route-action'
import { stringMatcher } from './route-match'

/** The per-route filter configuration of fault and CORS (Istio's TranslateFault, TranslateCORSPolicy; SPEC RA8). */
export function perFilterConfig(fault: Fault | undefined, cors: CorsPolicy | undefined): { readonly [filter: string]: Any } | undefined {
  const made = {
    ...(fault ? { 'envoy.filters.http.fault': translateFault(fault) } : {}),
    ...(cors ? { 'envoy.filters.http.cors': translateCors(cors) } : {}),
  }
  return Object.keys(made).length === 0 ? undefined : made
}

const grpcCodes: Readonly<Record<string, number>> = {
  OK: 0, CANCELLED: 1, UNKNOWN: 2, INVALID_ARGUMENT: 3, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, ALREADY_EXISTS: 6, PERMISSION_DENIED: 7, RESOURCE_EXHAUSTED: 8, FAILED_PRECONDITION: 9,
  ABORTED: 10, OUT_OF_RANGE: 11, UNIMPLEMENTED: 12, INTERNAL: 13, UNAVAILABLE: 14, DATA_LOSS: 15, UNAUTHENTICATED: 16,
}

/** A delay without a fixed time and an abort without a status are dropped. */
function translateFault(fault: Fault): Any {
  const { delay, abort } = fault
  const delayed: Json | undefined = delay?.fixedDelay === undefined ? undefined : {
    fixed_delay: formatDuration(delay.fixedDelay),
    percentage: delay.percentage === undefined ? { ...(delay.percent === 0 ? {} : { numerator: delay.percent }) } : perMillion(delay.percentage),
  }
  const grpc = abort?.grpcStatus === undefined ? undefined : Object.hasOwn(grpcCodes, abort.grpcStatus) ? (grpcCodes[abort.grpcStatus] ?? 0) : 0
  const aborted: Json | undefined = !abort || (abort.httpStatus === undefined && grpc === undefined) ? undefined : {
    ...(abort.httpStatus === undefined ? { grpc_status: grpc ?? 0 } : { http_status: abort.httpStatus }),
    ...(abort.percentage === undefined ? {} : { percentage: perMillion(abort.percentage) }),
  }
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    ...(delayed === undefined ? {} : { delay: delayed }),
    ...(aborted === undefined ? {} : { abort: aborted }),
  }
}

function translateCors(cors: CorsPolicy): Any {
  const origins: readonly Json[] = cors.allowOrigins.length > 0
    ? cors.allowOrigins.filter((origin) => origin.kind !== 'none').map((origin) => ({ ...stringMatcher(origin) }))
    : cors.allowOrigin.map((origin) => ({ exact: origin }))
  return {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
    ...(origins.length === 0 ? {} : { allow_origin_string_match: origins }),
    ...(cors.allowMethods.length === 0 ? {} : { allow_methods: cors.allowMethods.join(',') }),
    ...(cors.allowHeaders.length === 0 ? {} : { allow_headers: cors.allowHeaders.join(',') }),
    ...(cors.exposeHeaders.length === 0 ? {} : { expose_headers: cors.exposeHeaders.join(',') }),
    ...(cors.maxAge === undefined ? {} : { max_age: String(Math.trunc(cors.maxAge / 1e9)) }),
    ...(cors.allowCredentials === undefined ? {} : { allow_credentials: cors.allowCredentials }),
    filter_enabled: { default_value: { numerator: 100 } },
    forward_not_matching_preflights: cors.unmatchedPreflights !== 'IGNORE',
  }
}
