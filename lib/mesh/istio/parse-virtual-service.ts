import { parseDuration } from './duration'
import { memoParse } from './memo-parse'
import type { Fields } from './read'
import type {
  CorsPolicy, Destination, Fault, HeaderOperations, Headers, HttpMatch, HttpRetry, HttpRoute, HttpRouteDestination, L4Route, Mirror, RouteDestination, StringMatch, VirtualServiceSpec,
} from './virtual-service'

/** Parses a VirtualService (memoised on the object). */
export const parseVirtualService = memoParse((spec): VirtualServiceSpec => ({
  hosts: spec.strings('hosts'),
  gateways: spec.strings('gateways'),
  http: spec.objects('http').map(readHttpRoute),
  tls: spec.objects('tls').map(readL4Route),
  tcp: spec.objects('tcp').map(readL4Route),
  exportTo: spec.strings('exportTo'),
}))

function readHttpRoute(route: Fields): HttpRoute {
  const redirect = route.object('redirect')
  const direct = route.object('directResponse')
  const delegate = route.object('delegate')
  const rewrite = route.object('rewrite')
  const regex = rewrite?.object('uriRegexRewrite')
  const body = direct?.object('body')
  const [string, bytes] = [body?.string('string'), body?.string('bytes')]
  const retries = route.object('retries')
  const fault = route.object('fault')
  const cors = route.object('corsPolicy')
  const headers = route.object('headers')
  return {
    path: route.path,
    name: route.string('name') ?? '',
    match: route.objects('match').map(readMatch),
    route: route.objects('route').map(readHttpDestination),
    redirect: redirect && {
      uri: redirect.string('uri') ?? '', authority: redirect.string('authority') ?? '', scheme: redirect.string('scheme') ?? '', prefixRewrite: redirect.string('prefixRewrite') ?? '',
      ...redirectPort(redirect), redirectCode: redirect.int('redirectCode') ?? 0,
    },
    directResponse: direct && { status: direct.int('status') ?? 0, body: body && { ...(string === undefined ? {} : { string }), ...(bytes === undefined ? {} : { bytes }) } },
    delegate: delegate && { name: delegate.string('name') ?? '', namespace: delegate.string('namespace') ?? '' },
    rewrite: rewrite && { uri: rewrite.string('uri') ?? '', authority: rewrite.string('authority') ?? '', uriRegexRewrite: regex && { match: regex.string('match') ?? '', rewrite: regex.string('rewrite') ?? '' } },
    timeout: parseDuration(route.string('timeout')),
    retries: retries && readRetries(retries),
    fault: fault && readFault(fault),
    mirrors: readMirrors(route),
    corsPolicy: cors && readCors(cors),
    headers: headers && readHeaders(headers),
  }
}

/** Of a oneof's two members the later written one counts, as protojson's reader takes them in order. */
function redirectPort(redirect: Fields): { readonly port: number | undefined; readonly derivePort: string | undefined } {
  const [port, derivePort] = [redirect.int('port'), redirect.string('derivePort')]
  const last = Object.keys(redirect.raw).findLast((key) => key === 'port' || key === 'derivePort')
  return { port: last === 'derivePort' ? undefined : port, derivePort: last === 'port' ? undefined : derivePort }
}

function readMatch(match: Fields): HttpMatch {
  return {
    path: match.path,
    name: match.string('name') ?? '',
    uri: stringMatch(match.object('uri')),
    scheme: stringMatch(match.object('scheme')),
    method: stringMatch(match.object('method')),
    authority: stringMatch(match.object('authority')),
    headers: matchMap(match, 'headers'),
    withoutHeaders: matchMap(match, 'withoutHeaders'),
    queryParams: matchMap(match, 'queryParams'),
    port: match.int('port') ?? 0,
    sourceLabels: match.stringMap('sourceLabels'),
    sourceNamespace: match.string('sourceNamespace') ?? '',
    gateways: match.strings('gateways'),
    ignoreUriCase: match.bool('ignoreUriCase') ?? false,
    statPrefix: match.string('statPrefix') ?? '',
  }
}

function matchMap(match: Fields, key: string): readonly (readonly [string, StringMatch])[] {
  return match.objectMap(key).map(([name, value]) => [name, stringMatch(value) ?? { kind: 'none' }] as const)
}

function stringMatch(match: Fields | undefined): StringMatch | undefined {
  if (!match) return undefined
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const value = match.string(kind)
    if (value !== undefined) return { kind, value }
  }
  return { kind: 'none' }
}

function readDestination(destination: Fields): Destination {
  return { host: destination.string('host') ?? '', subset: destination.string('subset') ?? '', port: destination.object('port')?.int('number') }
}

function readHttpDestination(entry: Fields): HttpRouteDestination {
  const headers = entry.object('headers')
  const { destination, weight } = readWeighted(entry)
  return { destination, weight, headers: headers && readHeaders(headers) }
}

function readWeighted(entry: Fields): RouteDestination {
  const destination = entry.object('destination')
  return { destination: destination && readDestination(destination), weight: entry.int('weight') ?? 0 }
}

function readHeaders(headers: Fields): Headers {
  const [request, response] = [headers.object('request'), headers.object('response')]
  return { request: request && readOperations(request), response: response && readOperations(response) }
}

function readOperations(operations: Fields): HeaderOperations {
  return { set: operations.stringMap('set'), add: operations.stringMap('add'), remove: operations.strings('remove') }
}

/** Reads an HTTPRetry, of a rule or of the mesh's default. */
export function readRetries(retries: Fields): HttpRetry {
  return {
    attempts: retries.int('attempts') ?? 0,
    perTryTimeout: parseDuration(retries.string('perTryTimeout')),
    retryOn: retries.string('retryOn') ?? '',
    retryRemoteLocalities: retries.bool('retryRemoteLocalities'),
    retryIgnorePreviousHosts: retries.bool('retryIgnorePreviousHosts'),
    backoff: parseDuration(retries.string('backoff')),
  }
}

function readFault(fault: Fields): Fault {
  const [delay, abort] = [fault.object('delay'), fault.object('abort')]
  return {
    delay: delay && { fixedDelay: parseDuration(delay.string('fixedDelay')), percentage: percentage(delay), percent: delay.int('percent') ?? 0 },
    abort: abort && { httpStatus: abort.int('httpStatus'), grpcStatus: abort.string('grpcStatus'), percentage: percentage(abort) },
  }
}

/** Percent.value; a Percent message without value is 0. */
function percentage(holder: Fields, key = 'percentage'): number | undefined {
  const percent = holder.object(key)
  return percent && (percent.number('value') ?? 0)
}

function readMirrors(route: Fields): readonly Mirror[] {
  const single = route.object('mirror')
  const legacy = route.int('mirrorPercent') ?? route.int('mirror_percent')
  const written = percentage(route, 'mirrorPercentage')
  const first: readonly Mirror[] = single ? [{ destination: readDestination(single), percentage: written ?? legacy ?? 100, whole: written === undefined }] : []
  return [...first, ...route.objects('mirrors').flatMap((mirror): readonly Mirror[] => {
    const destination = mirror.object('destination')
    const share = percentage(mirror)
    return destination ? [{ destination: readDestination(destination), percentage: share ?? 100, whole: share === undefined }] : []
  })]
}

function readCors(cors: Fields): CorsPolicy {
  return {
    allowOrigins: cors.objects('allowOrigins').map((origin) => stringMatch(origin) ?? { kind: 'none' }),
    allowOrigin: cors.strings('allowOrigin'),
    allowMethods: cors.strings('allowMethods'),
    allowHeaders: cors.strings('allowHeaders'),
    exposeHeaders: cors.strings('exposeHeaders'),
    maxAge: parseDuration(cors.string('maxAge')),
    allowCredentials: cors.bool('allowCredentials'),
    unmatchedPreflights: cors.string('unmatchedPreflights') ?? 'UNSPECIFIED',
  }
}

function readL4Route(route: Fields): L4Route {
  return {
    path: route.path,
    match: route.objects('match').map((match) => ({ path: match.path, port: match.int('port') ?? 0, gateways: match.strings('gateways'), sniHosts: match.strings('sniHosts') })),
    route: route.objects('route').map(readWeighted),
  }
}
