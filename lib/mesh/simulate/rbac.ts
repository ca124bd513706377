import type { JsonObject } from '@/lib/std/json'
import { compareBytes } from '@/lib/std/compare-bytes'
import { matchHeader } from './header-match'
import { inCidr } from './ip-range'
import { matchMetadata } from './metadata-match'
import { entriesOf, listOf, numberOf, objectOf, optionalObject, stringOf, typedConfig } from './read'
import type { RequestFacts } from './request-facts'
import { pathOnly } from './request-facts'
import { matchString } from './string-match'
import { matchUriTemplate } from './uri-template'

/** What an RBAC filter says. `policy` is the policy that matched, null where none did. */
export interface RbacVerdict {
  readonly allowed: boolean
  readonly policy: string | null
  /** Conditions that could not be decided from what is known. */
  readonly unknown: readonly string[]
}

/** Evaluation state: what could not be known is collected, and taken as not matching. */
interface Context {
  readonly facts: RequestFacts
  readonly unknown: string[]
  depth: number
}

/** Protobuf's limit of nesting; a rule nested deeper cannot exist in Envoy. */
const DEEPEST = 100

/**
 * RoleBasedAccessControlEngineImpl::handleAction on `rules` (or shadow rules): policies in the byte order of their
 * names, the first match decides. Absent rules allow; LOG always allows.
 */
export function evaluateRbac(rules: unknown, facts: RequestFacts): RbacVerdict {
  const engine = optionalObject(rules)
  if (engine === undefined) return { allowed: true, policy: null, unknown: [] }
  const context: Context = { facts, unknown: [], depth: 0 }
  const matched = entriesOf(engine.policies, compareBytes).find(([, policy]) => matchPolicy(objectOf(policy), context))
  const policy = matched?.[0] ?? null
  const action = stringOf(engine.action) ?? 'ALLOW'
  const allowed = action === 'LOG' || (action === 'DENY' ? policy === null : policy !== null)
  return { allowed, policy, unknown: context.unknown }
}

function matchPolicy(policy: JsonObject, context: Context): boolean {
  return listOf(policy.permissions).some((item) => matchPermission(objectOf(item), context)) &&
    listOf(policy.principals).some((item) => matchPrincipal(objectOf(item), context))
}

function matchPermission(p: JsonObject, context: Context): boolean {
  return nested(context, () => permissionMatches(p, context))
}

/** Runs one level deeper; false past the limit. */
function nested(context: Context, match: () => boolean): boolean {
  if (context.depth >= DEEPEST) return false
  context.depth++
  try {
    return match()
  } finally {
    context.depth--
  }
}

function permissionMatches(p: JsonObject, context: Context): boolean {
  const { connection } = context.facts
  if (p.and_rules !== undefined) return listOf(objectOf(p.and_rules).rules).every((rule) => matchPermission(objectOf(rule), context))
  if (p.or_rules !== undefined) return listOf(objectOf(p.or_rules).rules).some((rule) => matchPermission(objectOf(rule), context))
  if (p.not_rule !== undefined) return !matchPermission(objectOf(p.not_rule), context)
  if (p.destination_ip !== undefined) return inCidr(p.destination_ip, connection.localAddress)
  if (p.destination_port !== undefined) return numberOf(p.destination_port) === connection.localPort
  if (p.destination_port_range !== undefined) return inPortRange(objectOf(p.destination_port_range), connection.localPort)
  if (p.requested_server_name !== undefined) return matchString(p.requested_server_name, connection.sni)
  if (p.uri_template !== undefined) return matchUriTemplate(stringOf(typedConfig(p.uri_template).path_template) ?? '', pathOnly(context.facts.path))
  return matchCommon(p, context, 'permission')
}

function matchPrincipal(p: JsonObject, context: Context): boolean {
  return nested(context, () => principalMatches(p, context))
}

function principalMatches(p: JsonObject, context: Context): boolean {
  const { connection } = context.facts
  if (p.and_ids !== undefined) return listOf(objectOf(p.and_ids).ids).every((id) => matchPrincipal(objectOf(id), context))
  if (p.or_ids !== undefined) return listOf(objectOf(p.or_ids).ids).some((id) => matchPrincipal(objectOf(id), context))
  if (p.not_id !== undefined) return !matchPrincipal(objectOf(p.not_id), context)
  if (p.authenticated !== undefined) return matchAuthenticated(objectOf(p.authenticated), context)
  if (p.direct_remote_ip !== undefined) return inCidr(p.direct_remote_ip, connection.directRemoteAddress)
  if (p.remote_ip !== undefined) return inCidr(p.remote_ip, connection.remoteAddress)
  if (p.source_ip !== undefined) return inCidr(p.source_ip, connection.connectionAddress ?? connection.directRemoteAddress)
  return matchCommon(p, context, 'principal')
}

function matchCommon(p: JsonObject, context: Context, what: string): boolean {
  if (p.any !== undefined) return p.any === true
  if (p.header !== undefined) return matchHeader(p.header, context.facts.headers)
  if (p.url_path !== undefined) return matchString(objectOf(p.url_path).path, pathOnly(context.facts.path))
  if (p.metadata !== undefined) return matchMetadata(p.metadata, context.facts.metadata)
  if (p.sourced_metadata !== undefined) return matchMetadata(objectOf(p.sourced_metadata).metadata_matcher, context.facts.metadata)
  context.unknown.push(`rbac-${what}:${Object.keys(p)[0] ?? 'empty'}`)
  return false
}

/** AuthenticatedMatcher: any TLS connection where no name is asked for; without a certificate the name is the empty subject. */
function matchAuthenticated(authenticated: JsonObject, context: Context): boolean {
  const { connection } = context.facts
  if (!connection.tls) return false
  if (authenticated.principal_name === undefined) return true
  if (!connection.clientCertificate) return matchString(authenticated.principal_name, '')
  if (connection.clientNames === undefined) {
    context.unknown.push('client-certificate')
    return false
  }
  return connection.clientNames.some((name) => matchString(authenticated.principal_name, name))
}

function inPortRange(range: JsonObject, port: number): boolean {
  return port >= (numberOf(range.start) ?? 0) && port < (numberOf(range.end) ?? 0)
}

/** `rbac_access_denied_matched_policy[…]` as response_code_details print it: white space becomes `_`. */
export function rbacDetails(policy: string | null): string {
  return `rbac_access_denied_matched_policy[${(policy ?? 'none').replaceAll(' ', '_')}]`
}
