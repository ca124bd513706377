import { RE2JS } from 're2js'
import { parseGateway } from '@/lib/mesh/istio/parse-gateway'
import { parseVirtualService } from '@/lib/mesh/istio/parse-virtual-service'
import type { HttpRoute, StringMatch } from '@/lib/mesh/istio/virtual-service'
import type { KubeObject } from '@/lib/mesh/resource'
import type { AdmissionCheck, AdmissionVerdict } from '../api-server/ports'

/** istiod's validating webhook for the everyday mistakes, in its words and its form (Go's multierror under `configuration is invalid`). */
export const istioAdmission: AdmissionCheck = {
  webhook: 'rev.validation.istio.io',
  check(object) {
    if (!object.apiVersion.startsWith('networking.istio.io/')) return { allowed: true, warnings: [] }
    const errors = object.kind === 'VirtualService' ? virtualServiceErrors(object) : object.kind === 'Gateway' ? gatewayErrors(object) : []
    return verdict(errors)
  },
}

function verdict(errors: readonly string[]): AdmissionVerdict {
  if (errors.length === 0) return { allowed: true, warnings: [] }
  const listed = errors.length === 1 ? (errors[0] ?? '') : `${errors.length} errors occurred:\n${errors.map((error) => `\t* ${error}`).join('\n')}\n\n`
  return { allowed: false, message: `configuration is invalid: ${listed}` }
}

function virtualServiceErrors(object: KubeObject): readonly string[] {
  const spec = parseVirtualService(object).value
  const errors: string[] = []
  if (spec.hosts.length === 0 && spec.gateways.length > 0) errors.push('delegate virtual service must have no gateways specified')
  if (spec.http.length + spec.tls.length + spec.tcp.length === 0) errors.push('http, tcp or tls must be provided in virtual service')
  if (new Set(spec.hosts).size < spec.hosts.length) errors.push('duplicate hosts in virtual service')
  for (const host of spec.hosts) errors.push(...domainErrors(host))
  for (const route of spec.http) errors.push(...routeErrors(route, spec.hosts.length === 0))
  return errors
}

function routeErrors(route: HttpRoute, delegate: boolean): readonly string[] {
  const errors: string[] = []
  if (route.redirect && route.route.length > 0) errors.push('HTTP route cannot contain both route and redirect')
  if (route.redirect && (route.fault || route.rewrite)) errors.push('HTTP route rule cannot contain both rewrite and redirect')
  if (!route.redirect && !route.directResponse && !route.delegate && route.route.length === 0 && !delegate) errors.push('HTTP route, redirect or direct_response is required')
  const weights = route.route.map((entry) => entry.weight)
  if (weights.some((weight) => weight < 0)) errors.push(`weight ${weights.find((weight) => weight < 0)} < 0`)
  if (route.route.length > 1 && weights.reduce((sum, weight) => sum + weight, 0) <= 0) errors.push('total destination weight = 0')
  for (const { destination } of route.route) {
    if (!destination || destination.host === '') errors.push('destination host is required')
    else if (destination.host === '*') errors.push(`invalid destination host ${destination.host}`)
    if (destination?.port !== undefined && (destination.port < 1 || destination.port > 65_535)) errors.push(`port number ${destination.port} must be in the range 1..65535`)
  }
  for (const match of route.match) {
    if (match.uri?.kind === 'regex' && !compiles(match.uri.value)) errors.push(`"regex" should be a valid RE2: error parsing regexp: ${match.uri.value}`)
    for (const [name, value] of [...match.headers, ...match.withoutHeaders]) if (emptyMatch(value)) errors.push(`header match ${name} may not be empty`)
  }
  if (route.retries && route.retries.attempts < 0) errors.push('attempts cannot be negative')
  return errors
}

const label = /^[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/
const firstLabel = /^(\*|(\*-?)?[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)$/

/** Istio's ValidateWildcardDomain: DNS labels, the first of which may be or begin with `*`. Addresses with colons are left to istiod. */
function domainErrors(host: string): readonly string[] {
  if (host.includes(':')) return []
  const [first = '', ...rest] = host.split('.')
  const bad = firstLabel.test(first) ? rest.find((part) => !label.test(part)) : first
  return bad === undefined ? [] : [`domain name ${JSON.stringify(host)} invalid (label ${JSON.stringify(bad)} invalid)`]
}

function emptyMatch(match: StringMatch): boolean {
  return (match.kind === 'prefix' || match.kind === 'regex') && match.value === ''
}

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern)
    return true
  } catch {
    return false
  }
}

function gatewayErrors(object: KubeObject): readonly string[] {
  const { servers } = parseGateway(object).value
  const errors: string[] = []
  if (servers.length === 0) errors.push('gateway must have at least one server')
  const names = new Set<string>()
  for (const server of servers) {
    if (server.hosts.length === 0) errors.push('server config must contain at least one host')
    if (server.port.number < 1 || server.port.number > 65_535) errors.push(`port number ${server.port.number} must be in the range 1..65535`)
    if (names.has(server.port.name)) errors.push(`port names in servers must be unique: duplicate name ${server.port.name}`)
    names.add(server.port.name)
    const protocol = server.port.protocol.toUpperCase()
    if ((protocol === 'HTTPS' || protocol === 'TLS') && !server.tls) errors.push(`server must have TLS settings for HTTPS/TLS protocols`)
  }
  return errors
}
