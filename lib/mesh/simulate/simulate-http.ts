import type { EnvoyConfiguration } from './envoy-configuration'
import type { Explanation, SimulatedRequest } from './explanation'
import { certain } from './fraction'
import { mutateEdgeHeaders } from './edge-headers'
import { runHttpFilters } from './simulate-filters'
import { normalisePath } from './normalise-path'
import { objectOf, optionalObject, stringOf } from './read'
import type { RequestFacts } from './request-facts'
import { headerValue } from './request-facts'
import { routeRequest } from './simulate-route'
import type { Draft } from './trace'
import type { HttpPlace } from './http-place'
import { addStep, finish, note } from './trace'

/** An HTTP chain: the request's normal form, its filters in order, then the router. */
export function simulateHttp(configuration: EnvoyConfiguration, request: SimulatedRequest, place: HttpPlace): Explanation {
  const { draft, hcm } = place
  const headers = requestHeaders(request)
  if (headerValue(headers, ':authority') === undefined) return finish(draft, { kind: 'protocol-error' }, { status: 400, details: 'missing_host_header' })
  if (!validAuthority(request.authority)) return finish(draft, { kind: 'protocol-error' }, { status: 400, flags: 'DPE', details: 'http.invalid_authority' })
  const normal = normalisePath(hcm, request.path)
  if (normal.kind === 'rejected') return finish(draft, { kind: 'protocol-error' }, { status: 400, details: normal.details })
  if (normal.kind === 'redirect') return finish(draft, { kind: 'redirect', location: normal.path }, { status: 307, details: 'path_normalization_failed' })
  headers.set(':path', [normal.path])
  draft.rewritten = { authority: request.authority, path: normal.path }
  const remoteAddress = mutateEdgeHeaders(headers, hcm, { tls: place.secured, peerAddress: request.peerAddress, ownAddress: '127.0.0.1', requestId: () => '00000000-0000-4000-8000-000000000000' })
  const name = stringOf(objectOf(hcm.rds).route_config_name)
  const routes = optionalObject(hcm.route_config) ?? (name === undefined ? undefined : configuration.routeConfiguration(name))
  draft.routeConfiguration = (routes === undefined ? name : stringOf(routes.name) ?? name) ?? null
  const facts = factsOf(request, place, { headers, remoteAddress })
  if (normal.path !== request.path) addStep(draft, 'http-filter', 'path-normalization', { notes: [note('normalised', { from: request.path, to: normal.path })] })
  const answered = runHttpFilters(request, { ...place, configuration, routes, facts })
  return answered ?? routeRequest({ ...place, configuration, routes, facts })
}

const authoritySigns = "!$%&'()*+,-.:;=@[]_~"

/** HeaderUtility::authorityIsValid: the characters that nghttp2 takes in an authority. */
function validAuthority(authority: string): boolean {
  return [...authority].every((char) => (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') || authoritySigns.includes(char))
}

function requestHeaders(request: SimulatedRequest): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.toLowerCase()
    headers.set(key, [...(headers.get(key) ?? []), ...(typeof value === 'string' ? [value] : value)])
  }
  headers.delete('host')
  if (request.authority !== '') headers.set(':authority', [request.authority])
  headers.set(':method', [request.method])
  headers.set(':path', [request.path])
  if (request.protocol === 'http2') headers.set(':scheme', [request.scheme])
  return headers
}

function factsOf(request: SimulatedRequest, place: HttpPlace, made: { readonly headers: Map<string, string[]>; readonly remoteAddress: string }): RequestFacts {
  const mutual = place.secured && request.tls === 'mutual'
  return {
    headers: made.headers,
    path: headerValue(made.headers, ':path') ?? '/',
    metadata: new Map(),
    chance: (fraction, what) => certain(fraction) ?? conditional(place.draft, what),
    connection: {
      tls: place.secured, sni: (request.sni ?? '').toLowerCase(), directRemoteAddress: request.peerAddress, remoteAddress: made.remoteAddress, localAddress: place.localAddress,
      localPort: request.port, clientCertificate: mutual, clientNames: mutual ? request.clientNames : [],
    },
  }
}

/** A real chance is taken as drawn, and becomes a condition of the answer. */
function conditional(draft: Draft, what: string): true {
  draft.conditions.add(what)
  return true
}
