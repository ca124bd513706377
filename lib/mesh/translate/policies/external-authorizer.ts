import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { NamedConfig } from '../../envoy/listener'
import { formatDuration, parseDuration } from '../../istio/duration'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { namedConfig } from '../listener-filters'

/** Finds the cluster of a provider's service (Istio's LookupCluster): `[namespace/]hostname`, exported or not; undefined when there is none, or several in as many namespaces. */
export type AuthorizerLookup = (service: string, port: number) => { readonly hostname: string; readonly cluster: string } | undefined

/** Istio's generateHTTPConfig and generateGRPCConfig; undefined: unknown or invalid, everything it guards is denied. */
export function externalAuthorizer(name: string, config: MeshConfig, lookup: AuthorizerLookup): { readonly http: NamedConfig; readonly tcp?: NamedConfig } | undefined {
  const provider = config.extensionProviders.find((candidate) => candidate.string('name') === name)
  if (!provider || !validName(name)) return undefined
  const http = provider.object('envoyExtAuthzHttp')
  const grpc = provider.object('envoyExtAuthzGrpc')
  const settings = http ?? grpc
  if (!settings) return undefined
  const port = settings.int('port') ?? 0
  const target = port >= 1 && port <= 65_535 ? lookup(settings.string('service') ?? '', port) : undefined
  const status = statusOnError(settings.string('statusOnError') ?? '')
  if (!target || status === undefined) return undefined
  const timeout = formatDuration(parseDuration(settings.string('timeout')) ?? 600e9)
  const common: JsonObject = { transport_api_version: 'V3', ...(settings.bool('failOpen') === true ? { failure_mode_allow: true } : {}) }
  const enabledBy = (filter: string): JsonObject => ({
    filter_enabled_metadata: { filter, path: [{ key: 'istio_ext_authz_shadow_effective_policy_id' }], value: { string_match: { prefix: `istio-ext-authz-${name}` } } },
  })
  const type = 'filters.http.ext_authz.v3.ExtAuthz'
  const rest: JsonObject = { ...common, ...status, ...requestBody(settings), ...enabledBy('envoy.filters.http.rbac') }
  if (!http) {
    const service: JsonObject = { grpc_service: { envoy_grpc: { cluster_name: target.cluster, authority: target.hostname }, timeout } }
    return {
      http: namedConfig('envoy.filters.http.ext_authz', type, { ...service, ...rest }),
      tcp: namedConfig('envoy.filters.network.ext_authz', 'filters.network.ext_authz.v3.ExtAuthz', { stat_prefix: 'tcp.', ...service, ...common, ...enabledBy('envoy.filters.network.rbac') }),
    }
  }
  const service = httpService(http, target, timeout)
  const allowed = headerPatterns(http, http.strings('includeRequestHeadersInCheck').length > 0 ? 'includeRequestHeadersInCheck' : 'includeHeadersInCheck')
  return service && { http: namedConfig('envoy.filters.http.ext_authz', type, { http_service: service, ...rest, ...(allowed === undefined ? {} : { allowed_headers: allowed }) }) }
}

function validName(name: string): boolean {
  return name !== '' && name.length <= 63 && !name.startsWith('-') && !name.endsWith('-') && [...name].every((char) => (char >= 'a' && char <= 'z') || (char >= '0' && char <= '9') || char === '-')
}

function httpService(http: Fields, target: { readonly hostname: string; readonly cluster: string }, timeout: string): JsonObject | undefined {
  const prefix = http.string('pathPrefix') ?? ''
  const lists = ['includeRequestHeadersInCheck', 'includeHeadersInCheck', 'headersToDownstreamOnDeny', 'headersToDownstreamOnAllow', 'headersToUpstreamOnAllow']
  if ((prefix !== '' && !prefix.startsWith('/')) || lists.some((key) => http.strings(key).includes('*'))) return undefined
  const added = Object.entries(http.stringMap('includeAdditionalHeadersInCheck')).sort(([a], [b]) => compareBytes(a, b)).map(([key, value]) => ({ key, ...(value === '' ? {} : { value }) }))
  const answers = ([['allowed_upstream_headers', 'headersToUpstreamOnAllow'], ['allowed_client_headers', 'headersToDownstreamOnDeny'], ['allowed_client_headers_on_success', 'headersToDownstreamOnAllow']] as const).flatMap(([field, key]) => {
    const patterns = headerPatterns(http, key)
    return patterns === undefined ? [] : [[field, patterns] as const]
  })
  return {
    server_uri: { uri: `http://${target.hostname}`, cluster: target.cluster, timeout },
    ...(prefix === '' ? {} : { path_prefix: prefix }),
    ...(added.length === 0 ? {} : { authorization_request: { headers_to_add: added } }),
    ...(answers.length === 0 ? {} : { authorization_response: Object.fromEntries(answers) }),
  }
}

function headerPatterns(settings: Fields, key: string): JsonObject | undefined {
  const names = settings.strings(key)
  if (names.length === 0) return undefined
  return { patterns: names.map((name) => ({ ...(name.startsWith('*') ? { suffix: name.slice(1) } : name.endsWith('*') ? { prefix: name.slice(0, -1) } : { exact: name }), ignore_case: true })) }
}

const statusNames: Readonly<Record<string, string>> = {
  100: 'Continue', 200: 'OK', 201: 'Created', 202: 'Accepted', 203: 'NonAuthoritativeInformation', 204: 'NoContent', 205: 'ResetContent', 206: 'PartialContent', 207: 'MultiStatus', 208: 'AlreadyReported', 226: 'IMUsed',
  300: 'MultipleChoices', 301: 'MovedPermanently', 302: 'Found', 303: 'SeeOther', 304: 'NotModified', 305: 'UseProxy', 307: 'TemporaryRedirect', 308: 'PermanentRedirect',
  400: 'BadRequest', 401: 'Unauthorized', 402: 'PaymentRequired', 403: 'Forbidden', 404: 'NotFound', 405: 'MethodNotAllowed', 406: 'NotAcceptable', 407: 'ProxyAuthenticationRequired', 408: 'RequestTimeout', 409: 'Conflict',
  410: 'Gone', 411: 'LengthRequired', 412: 'PreconditionFailed', 413: 'PayloadTooLarge', 414: 'URITooLong', 415: 'UnsupportedMediaType', 416: 'RangeNotSatisfiable', 417: 'ExpectationFailed', 421: 'MisdirectedRequest',
  422: 'UnprocessableEntity', 423: 'Locked', 424: 'FailedDependency', 426: 'UpgradeRequired', 428: 'PreconditionRequired', 429: 'TooManyRequests', 431: 'RequestHeaderFieldsTooLarge',
  500: 'InternalServerError', 501: 'NotImplemented', 502: 'BadGateway', 503: 'ServiceUnavailable', 504: 'GatewayTimeout', 505: 'HTTPVersionNotSupported', 506: 'VariantAlsoNegotiates', 507: 'InsufficientStorage', 508: 'LoopDetected', 511: 'NetworkAuthenticationRequired',
}

function statusOnError(text: string): JsonObject | undefined {
  if (text === '') return {}
  return Object.hasOwn(statusNames, text) ? { status_on_error: { code: statusNames[text] ?? '' } } : undefined
}

function requestBody(settings: Fields): JsonObject {
  const body = settings.object('includeRequestBodyInCheck')
  if (!body) return {}
  const most = body.int('maxRequestBytes') ?? 0
  return { with_request_body: { ...(most === 0 ? {} : { max_request_bytes: most }), ...(body.bool('allowPartialMessage') === true ? { allow_partial_message: true } : {}), ...(body.bool('packAsBytes') === true ? { pack_as_bytes: true } : {}) } }
}
