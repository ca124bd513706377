import { parseDuration } from './duration'
import type { Fields } from './read'
import { writtenMatch, validateRegexMatch } from './string-match'
import { validateDestination, validateDestinations } from './validate-destination'
import { validateFault, statusError } from './validate-fault'
import { corsHeaderError, validateAuthorityRewrite, validateHeaderOperations } from './validate-headers'
import { validateHttpMatches } from './validate-http-match'
import { validateRetries } from './validate-retries'
import { byteLength } from '@/lib/std/byte-length'
import { durationError, portError, quoted, regexError } from './validate-names'
import type { Report } from './validation-report'

/** Rules of an http route (validateHTTPRoute); `delegate`: the VirtualService has no hosts of its own. */
export function validateHttpRoute(route: Fields, report: Report, delegate: boolean): void {
  validateAction(route, report, delegate)
  validateHttpMatches(route, report)
  validateHeaderOperations(route, report)
  validateCors(route.object('corsPolicy'), report)
  validateFault(route.object('fault'), report)
  validateMirrors(route, report)
  validateRedirect(route, report)
  validateDirectResponse(route.object('directResponse'), report)
  validateRetries(route.object('retries'), report)
  validateRewrite(route.object('rewrite'), report)
  validateAuthorityRewrite(route, report)
  validateDestinations(route.objects('route'), report, (entry) => validateHeaderOperations(entry, report))
  if (route.has('timeout')) report.check(`${route.path}.timeout`, durationError(parseDuration(route.string('timeout'))))
}

/** Which actions exclude each other (validateHTTPRouteConflict). */
function validateAction(route: Fields, report: Report, delegate: boolean): void {
  const routed = route.objects('route').length > 0
  const [redirect, direct] = [route.object('redirect'), route.object('directResponse')]
  const clash = (key: string, others: string): void => report.error(`${route.path}.${key}`, `${key} cannot stand beside ${others}`)
  if (!delegate && route.object('delegate')) {
    if (redirect) clash('redirect', 'delegate')
    if (routed) clash('route', 'delegate')
    return
  }
  if (delegate && route.object('delegate')) report.error(`${route.path}.delegate`, 'a delegate cannot delegate further')
  if (redirect ?? direct) {
    const action = redirect ? 'redirect' : 'directResponse'
    if (routed) clash('route', action)
    if (route.object('fault')) clash('fault', action)
    if (route.object('rewrite')) clash('rewrite', action)
    if (redirect && direct) clash('directResponse', 'redirect')
  } else if (!routed) report.error(`${route.path}.route`, 'a rule has a route, a redirect or a directResponse')
  if (route.object('mirror') && route.objects('mirrors').length > 0) clash('mirror', 'mirrors')
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', '*'])

function validateCors(cors: Fields | undefined, report: Report): void {
  if (!cors) return
  for (const origin of cors.objects('allowOrigins')) {
    if (writtenMatch(origin).value === '') report.error(origin.path, 'an allowed origin says nothing')
    else validateRegexMatch(origin, report)
  }
  cors.strings('allowMethods').forEach((method, index) => {
    if (!methods.has(method)) report.error(`${cors.path}.allowMethods[${index}]`, `${quoted(method)} is no HTTP method`)
  })
  for (const key of ['allowHeaders', 'exposeHeaders']) cors.strings(key).forEach((name, index) => report.check(`${cors.path}.${key}[${index}]`, corsHeaderError(name)))
  if (!cors.has('maxAge')) return
  const nanos = parseDuration(cors.string('maxAge'))
  report.check(`${cors.path}.maxAge`, durationError(nanos))
  if (nanos !== undefined && nanos % 1e9 > 0) report.error(`${cors.path}.maxAge`, 'maxAge is in whole seconds')
}

function validateMirrors(route: Fields, report: Report): void {
  const old = route.int('mirrorPercent')
  if (route.has('mirrorPercent')) {
    if (old !== undefined && old > 100) report.error(`${route.path}.mirrorPercent`, `${old} % is more than everything`)
    report.warn(`${route.path}.mirrorPercent`, 'mirrorPercent is deprecated: use mirrorPercentage')
  }
  validateShare(route.object('mirrorPercentage'), report)
  validateDestination(route.object('mirror'), report)
  for (const mirror of route.objects('mirrors')) {
    const destination = mirror.object('destination')
    if (!destination) {
      report.error(`${mirror.path}.destination`, 'a mirror has a destination')
      continue
    }
    validateDestination(destination, report)
    validateShare(mirror.object('percentage'), report)
  }
}

function validateShare(share: Fields | undefined, report: Report): void {
  const value = share?.number('value') ?? 0
  if (share && (value < 0 || value > 100)) report.error(`${share.path}.value`, `${value} % is not between 0 and 100`)
}

function validateRedirect(route: Fields, report: Report): void {
  const redirect = route.object('redirect')
  if (!redirect) return
  const text = (key: string): string => redirect.string(key) ?? ''
  const [prefix, code, port] = [text('prefixRewrite'), redirect.int('redirectCode') ?? 0, redirect.int('port') ?? 0]
  if (text('uri') !== '' && prefix !== '') return report.error(redirect.path, 'uri and prefixRewrite exclude each other')
  const uris = route.objects('match').flatMap((match) => match.object('uri') ?? [])
  if (prefix !== '' && uris.some((uri) => writtenMatch(uri).kind !== 'prefix')) return report.error(`${redirect.path}.prefixRewrite`, 'prefixRewrite needs matches by prefix')
  const nothing = ['uri', 'prefixRewrite', 'authority', 'scheme'].every((key) => text(key) === '') && !redirect.has('port') && !redirect.has('derivePort')
  if (nothing) return report.error(redirect.path, 'the redirect changes nothing: name a uri, authority, scheme or port')
  if (code !== 0 && (code < 300 || code > 399)) return report.error(`${redirect.path}.redirectCode`, `${code} is no redirect: 301, 302, 303, 307 and 308 are`)
  if (!['', 'http', 'https'].includes(text('scheme'))) return report.error(`${redirect.path}.scheme`, 'the scheme is http or https')
  if (port > 0) report.check(`${redirect.path}.port`, portError(port))
}

function validateDirectResponse(direct: Fields | undefined, report: Report): void {
  if (!direct) return
  const body = direct.object('body')
  const size = body?.has('bytes') === true ? Math.floor((body.string('bytes') ?? '').replaceAll('=', '').length * 3 / 4) : byteLength(body?.string('string') ?? '')
  if (size > 1024 * 1024) report.error(`${direct.path}.body`, 'the body is larger than 1 MiB')
  else if (size > 100 * 1024) report.warn(`${direct.path}.body`, 'a body above 100 KiB burdens istiod')
  report.check(`${direct.path}.status`, statusError(direct.int('status') ?? 0))
}

function validateRewrite(rewrite: Fields | undefined, report: Report): void {
  if (!rewrite) return
  const [uri, authority, regex] = [rewrite.string('uri') ?? '', rewrite.string('authority') ?? '', rewrite.object('uriRegexRewrite')]
  if (uri !== '' && regex) return report.error(rewrite.path, 'uri and uriRegexRewrite exclude each other')
  if (uri === '' && !regex && authority === '') return report.error(rewrite.path, 'the rewrite changes nothing: name a uri, uriRegexRewrite or authority')
  if (!regex) return
  const match = regex.string('match') ?? ''
  if (match === '' || (regex.string('rewrite') ?? '') === '') return report.error(regex.path, 'uriRegexRewrite has both match and rewrite')
  report.check(`${regex.path}.match`, regexError(match))
}
