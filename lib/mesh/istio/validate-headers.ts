import type { Fields } from './read'
import { headerValueError } from './validate-header-value'
import { quoted } from './validate-names'
import type { Report } from './validation-report'

const headerName = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/
const pseudoHeaders = new Set([':method', ':scheme', ':authority', ':path', ':status'])

/** Rules of header operations (`headers` of a route or destination). */
export function validateHeaderOperations(holder: Fields, report: Report): void {
  const headers = holder.object('headers')
  if (!headers) return
  for (const [side, changesAuthority] of [['request', true], ['response', false]] as const) {
    const operations = headers.object(side)
    if (!operations) continue
    for (const action of ['add', 'set'] as const) {
      for (const [name, value] of Object.entries(operations.stringMap(action))) {
        const path = `${operations.path}.${action}.${name}`
        report.check(path, changesAuthority ? authorityNameError(name) : operationNameError(name))
        report.check(path, headerValueError(value))
      }
    }
    operations.strings('remove').forEach((name, index) => report.check(`${operations.path}.remove[${index}]`, operationNameError(name)))
  }
}

/** The authority may be rewritten in one place only (validateAuthorityRewrite). */
export function validateAuthorityRewrite(route: Fields, report: Report): void {
  const request = route.object('headers')?.object('request')
  const written = [
    route.object('rewrite')?.string('authority') ?? '',
    ...[...Object.entries(request?.stringMap('set') ?? {}), ...Object.entries(request?.stringMap('add') ?? {})].flatMap(([name, value]) => (isAuthority(name) ? [value] : [])),
  ]
  const first = written.findIndex((value) => value !== '')
  if (first >= 0 && first < written.length - 1) report.error(`${route.path}.headers.request`, 'the authority is rewritten in two places')
}

function isAuthority(name: string): boolean {
  return name.toLowerCase() === ':authority' || name.toLowerCase() === 'host'
}

function authorityNameError(name: string): string | undefined {
  if (name === '') return 'a header has no name'
  return name.startsWith(':') && !isAuthority(name) ? `${quoted(name)} cannot be changed: of the headers with a colon only :authority can` : undefined
}

function operationNameError(name: string): string | undefined {
  if (name === '') return 'a header has no name'
  return name.startsWith(':') || name.toLowerCase() === 'host' ? `${quoted(name)} cannot be changed here` : undefined
}

/** The name of a header to match, `@request.auth.claims.name` among them (ValidateHTTPHeaderNameOrJwtClaimRoute). */
export function matchedHeaderError(name: string): string | undefined {
  if (name === '') return 'a header has no name'
  return isClaim(name) || pseudoHeaders.has(name) || headerName.test(name) ? undefined : `${quoted(name)} is no name of a header`
}

/** A header of CORS (ValidateCORSHTTPHeaderName). */
export function corsHeaderError(name: string): string | undefined {
  if (name === '') return 'a header has no name'
  return headerName.test(name) ? undefined : `${quoted(name)} is no name of a header`
}

const claims = '@request.auth.claims'

/** Whether a header stands for a claim of the verified token (jwt.ToRoutingClaim). */
export function isClaim(name: string): boolean {
  if (!name.toLowerCase().startsWith(claims)) return false
  const rest = name.slice(claims.length)
  return (rest.startsWith('.') && rest.length > 1) || (rest.startsWith('[') && rest.endsWith(']') && rest.length > 2)
}
