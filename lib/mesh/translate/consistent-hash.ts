import type { Json } from '@/lib/std/json'
import { formatDuration, parseDuration } from '../istio/duration'
import type { Fields } from '../istio/read'
import type { Destination } from '../istio/virtual-service'
import type { AppliedDestinationRule } from './destination-rules'

/** The consistent hash that a DestinationRule asks for on a destination: subset's port, subset, port (if the destination names one), whole (Istio's HashForHTTPDestination; SPEC RA9). */
export function destinationHash(rule: AppliedDestinationRule | undefined, destination: Destination): Fields | undefined {
  const subset = rule?.subsets.find((candidate) => candidate.name === destination.subset)?.trafficPolicy
  return portHash(subset, destination) ?? hashOf(subset) ?? portHash(rule?.trafficPolicy, destination) ?? hashOf(rule?.trafficPolicy)
}

function hashOf(policy: Fields | undefined): Fields | undefined {
  return policy?.object('loadBalancer')?.object('consistentHash')
}

function portHash(policy: Fields | undefined, destination: Destination): Fields | undefined {
  if (destination.port === undefined) return undefined
  return hashOf(policy?.objects('portLevelSettings').find((entry) => entry.object('port')?.int('number') === destination.port))
}

/** Envoy's hash policy of a consistentHash (Istio's ConsistentHashToHashPolicy). */
export function hashPolicy(hash: Fields | undefined): Json | undefined {
  if (!hash) return undefined
  const header = hash.string('httpHeaderName')
  if (header !== undefined) return { header: { header_name: header } }
  const cookie = hash.object('httpCookie')
  if (cookie) {
    const ttl = parseDuration(cookie.string('ttl'))
    const path = cookie.string('path') ?? ''
    const attributes = cookie.objects('attributes').map((attribute) => ({ name: attribute.string('name') ?? '', ...((attribute.string('value') ?? '') === '' ? {} : { value: attribute.string('value') ?? '' }) }))
    return { cookie: { name: cookie.string('name') ?? '', ...(ttl === undefined ? {} : { ttl: formatDuration(ttl) }), ...(path === '' ? {} : { path }), ...(attributes.length === 0 ? {} : { attributes }) } }
  }
  const source = hash.bool('useSourceIp')
  if (source !== undefined) return source ? { connection_properties: { source_ip: true } } : undefined
  const parameter = hash.string('httpQueryParameterName')
  return parameter === undefined ? undefined : { query_parameter: { name: parameter } }
}
