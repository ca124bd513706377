import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../envoy/cluster'
import type { Endpoint } from './endpoints'
import { enabled } from './features'
import { isAddress } from './mesh-service'

/** The endpoints of one locality (`region/zone/subzone`), each beside what Envoy gets for it. */
export interface LocalityGroup {
  readonly locality: string
  readonly endpoints: readonly Endpoint[]
  readonly made: LocalityLbEndpoints
}

/** How an assignment is written. `mutualOnly`: behind AUTO_PASSTHROUGH only endpoints that take Istio's mutual TLS count. */
export interface AssignmentOptions {
  readonly features: Readonly<Record<string, string>>
  readonly source: 'inline' | 'eds'
  readonly mutualOnly: boolean
  readonly takesMutualTls: (endpoint: Endpoint) => boolean
  /** Puts the localities in order: priorities and weights. */
  readonly arrange: (groups: readonly LocalityGroup[]) => readonly LocalityLbEndpoints[]
}

/** Endpoints as Envoy gets them, by locality; those not ready are left out as Istio does, and over EDS those whose address is a name. */
export function loadAssignment(clusterName: string, endpoints: readonly Endpoint[], { features, source, mutualOnly, takesMutualTls, arrange }: AssignmentOptions): ClusterLoadAssignment {
  const byLocality = new Map<string, Endpoint[]>()
  for (const endpoint of endpoints) {
    if (!endpoint.ready || endpoint.address === '' || (source === 'eds' && endpoint.port !== 0 && !isAddress(endpoint.address))) continue
    const known = byLocality.get(endpoint.locality)
    if (known) known.push(endpoint)
    else byLocality.set(endpoint.locality, [endpoint])
  }
  if (byLocality.size === 0) return { cluster_name: clusterName }
  const localities = [...byLocality].sort(([a], [b]) => compareBytes(a, b))
  return {
    cluster_name: clusterName,
    endpoints: arrange(localities.map(([locality, group]): LocalityGroup => {
      const taken = mutualOnly ? group.filter(takesMutualTls) : group
      const made = taken.length === 0 ? { locality: localityOf(locality) } : { locality: localityOf(locality), lb_endpoints: taken.map((endpoint) => toLbEndpoint(endpoint, features, takesMutualTls(endpoint))), load_balancing_weight: taken.reduce((sum, endpoint) => sum + endpoint.weight, 0) }
      return { locality, endpoints: taken, made }
    })),
  }
}

function localityOf(label: string): { readonly region?: string; readonly zone?: string; readonly sub_zone?: string } {
  const [region = '', zone = '', subZone = ''] = label.split('/')
  return { ...(region === '' ? {} : { region }), ...(zone === '' ? {} : { zone }), ...(subZone === '' ? {} : { sub_zone: subZone }) }
}

function toLbEndpoint(endpoint: Endpoint, features: Readonly<Record<string, string>>, mutual: boolean): LbEndpoint {
  const address = endpoint.port === 0 ? { pipe: { path: endpoint.address } } : { socket_address: { address: endpoint.address, port_value: endpoint.port } }
  const facts: JsonObject = {
    ...(mutual ? { 'envoy.transport_socket_match': { tlsMode: 'istio' } } : {}),
    ...(enabled(features, 'PILOT_ENABLE_TELEMETRY_LABEL') ? { istio: { workload: workloadOf(endpoint) } } : {}),
  }
  return { endpoint: { address }, ...(endpoint.health === undefined ? {} : { health_status: endpoint.health }), metadata: Object.keys(facts).length === 0 ? {} : { filter_metadata: facts }, load_balancing_weight: endpoint.weight }
}

/** `<workload>;<namespace>;<canonical service>;<revision>;<cluster>`, for telemetry. */
function workloadOf(endpoint: Endpoint): string {
  const { labels, workload } = endpoint
  const service = labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? workload.name
  const revision = labels['service.istio.io/canonical-revision'] ?? labels['app.kubernetes.io/version'] ?? labels['version'] ?? ''
  return [workload.name, endpoint.namespace, service, revision === 'latest' ? '' : revision, 'Kubernetes'].join(';')
}
