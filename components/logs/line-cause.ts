import type { AccessLogLine } from '@/lib/mesh/log/access-log'
import { flagMeaning } from './response-flags'

/** Why a request ended as it did: a name and a sentence, by Envoy's flags, else by its response code details. */
export interface LineCause {
  readonly mark: string
  readonly name: string
  readonly meaning: string
}

/** Envoy's response code details that say more than the status (Envoy docs: response code details). */
const details: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  via_upstream: ['the service answered so itself', 'The request reached the service; the status is its own.'],
  direct_response: ['the rule answers itself', 'A redirect or a direct response of the rule; no service saw the request.'],
  route_not_found: ['no route matched', 'No rule of the host fits the request.'],
  rbac_access_denied_matched_policy: ['an authorization policy refused', 'A policy of the gateway refuses the request.'],
  jwt_authn_access_denied: ['the token was refused', 'The request has no token that the gateway accepts.'],
  ext_authz_denied: ['the external authoriser refused', 'The external authoriser refused the request.'],
  request_overall_timeout: ['request timeout', 'The whole request did not arrive in time.'],
  upstream_response_timeout: ['the service took too long', 'The timeout of the rule passed before the service answered.'],
}

/** The causes of a line that failed, each flag of it; none for a line that went well. */
export function lineCauses(access: AccessLogLine): readonly LineCause[] {
  const flagged = access.flags.split(',').flatMap((flag) => {
    const known = flagMeaning(flag)
    return known ? [{ mark: flag, ...known }] : flag === '' ? [] : [{ mark: flag, name: 'a response flag', meaning: 'Envoy’s documentation of %RESPONSE_FLAGS% says what it means.' }]
  })
  if (flagged.length > 0) return flagged
  if (access.status < 400) return []
  const key = Object.keys(details).find((one) => access.details === one || access.details.startsWith(`${one}[`) || access.details.startsWith(`${one}{`))
  const known = key === undefined ? undefined : details[key]
  return known ? [{ mark: String(access.status), name: known[0], meaning: known[1] }] : []
}

/** The request as a curl command. The gateway's own address is not in its log: `--resolve` or a Host header is the reader's. */
export function curlOf(access: AccessLogLine): string {
  const scheme = access.serverName === '' ? 'http' : 'https'
  const method = access.method === 'GET' || access.method === '' ? '' : `-X ${shellWord(access.method)} `
  return `curl -sv ${method}${shellWord(`${scheme}://${access.authority}${access.path}`)}${access.userAgent === '' ? '' : ` -A ${shellWord(access.userAgent)}`}`
}

/** One word of a POSIX shell, quoted. */
function shellWord(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
