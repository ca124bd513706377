/** Istio's StringMatch. `none`: the empty message `{}`. */
export type StringMatch =
  | { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string }
  | { readonly kind: 'none' }

/** Header operations on one side (request or response). */
export interface HeaderOperations {
  readonly set: Readonly<Record<string, string>>
  readonly add: Readonly<Record<string, string>>
  readonly remove: readonly string[]
}

/** Istio's Headers. */
export interface Headers {
  readonly request: HeaderOperations | undefined
  readonly response: HeaderOperations | undefined
}

/** Istio's Destination. */
export interface Destination {
  readonly host: string
  readonly subset: string
  /** undefined: no port selector. */
  readonly port: number | undefined
}

/** A weighted HTTP destination. */
export interface HttpRouteDestination {
  readonly destination: Destination | undefined
  readonly weight: number
  readonly headers: Headers | undefined
}

/** A weighted TCP or TLS destination. */
export interface RouteDestination {
  readonly destination: Destination | undefined
  readonly weight: number
}

/** HTTPMatchRequest; fields that are unset are undefined or empty. `path` is its field in the object. */
export interface HttpMatch {
  readonly path: string
  readonly name: string
  readonly uri: StringMatch | undefined
  readonly scheme: StringMatch | undefined
  readonly method: StringMatch | undefined
  readonly authority: StringMatch | undefined
  readonly headers: readonly (readonly [string, StringMatch])[]
  readonly withoutHeaders: readonly (readonly [string, StringMatch])[]
  readonly queryParams: readonly (readonly [string, StringMatch])[]
  readonly port: number
  readonly sourceLabels: Readonly<Record<string, string>>
  readonly sourceNamespace: string
  readonly gateways: readonly string[]
  readonly ignoreUriCase: boolean
  readonly statPrefix: string
}

/** HTTPRewrite. */
export interface HttpRewrite {
  readonly uri: string
  readonly authority: string
  readonly uriRegexRewrite: { readonly match: string; readonly rewrite: string } | undefined
}

/** HTTPRedirect. Exactly one of port and derivePort, or neither. */
export interface HttpRedirect {
  readonly uri: string
  /** Replaces the matched prefix; from 1.31 on. */
  readonly prefixRewrite: string
  readonly authority: string
  readonly scheme: string
  readonly port: number | undefined
  readonly derivePort: string | undefined
  readonly redirectCode: number
}

/** HTTPRetry. Durations in nanoseconds. */
export interface HttpRetry {
  readonly attempts: number
  readonly perTryTimeout: number | undefined
  readonly retryOn: string
  readonly retryRemoteLocalities: boolean | undefined
  readonly retryIgnorePreviousHosts: boolean | undefined
  readonly backoff: number | undefined
}

/** A mirror with its percentage (100 when unset). */
export interface Mirror {
  readonly destination: Destination
  readonly percentage: number
  /** Written in whole per cents, or not at all: Istio then counts in hundredths, else in millionths. */
  readonly whole: boolean
}

/** HTTPFaultInjection. Percentages are undefined when unset. */
export interface Fault {
  readonly delay: { readonly fixedDelay: number | undefined; readonly percentage: number | undefined; readonly percent: number } | undefined
  readonly abort: { readonly httpStatus: number | undefined; readonly grpcStatus: string | undefined; readonly percentage: number | undefined } | undefined
}

/** CorsPolicy. */
export interface CorsPolicy {
  readonly allowOrigins: readonly StringMatch[]
  readonly allowOrigin: readonly string[]
  readonly allowMethods: readonly string[]
  readonly allowHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly maxAge: number | undefined
  readonly allowCredentials: boolean | undefined
  readonly unmatchedPreflights: string
}

/** One entry of `spec.http`. `path` is its field in the object that the user wrote. */
export interface HttpRoute {
  readonly path: string
  readonly name: string
  readonly match: readonly HttpMatch[]
  readonly route: readonly HttpRouteDestination[]
  readonly redirect: HttpRedirect | undefined
  readonly directResponse: { readonly status: number; readonly body: { readonly string?: string; readonly bytes?: string } | undefined } | undefined
  readonly delegate: { readonly name: string; readonly namespace: string } | undefined
  readonly rewrite: HttpRewrite | undefined
  /** Nanoseconds; undefined when unset. */
  readonly timeout: number | undefined
  readonly retries: HttpRetry | undefined
  readonly fault: Fault | undefined
  readonly mirrors: readonly Mirror[]
  readonly corsPolicy: CorsPolicy | undefined
  readonly headers: Headers | undefined
}

/** An L4 match of `spec.tcp`, or of `spec.tls` (with SNI hosts). */
export interface L4Match {
  readonly path: string
  readonly port: number
  readonly gateways: readonly string[]
  readonly sniHosts: readonly string[]
}

/** One entry of `spec.tcp` or `spec.tls`. */
export interface L4Route {
  readonly path: string
  readonly match: readonly L4Match[]
  readonly route: readonly RouteDestination[]
}

/** networking.istio.io VirtualService `spec`, hosts and gateways as written. */
export interface VirtualServiceSpec {
  readonly hosts: readonly string[]
  readonly gateways: readonly string[]
  readonly http: readonly HttpRoute[]
  readonly tls: readonly L4Route[]
  readonly tcp: readonly L4Route[]
  readonly exportTo: readonly string[]
}
