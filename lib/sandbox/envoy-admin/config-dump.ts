import type { Cluster } from '@/lib/mesh/envoy/cluster'
import { objectOf, optionalObject } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import type { DataPlaneState } from '../data-plane/data-plane'
import type { UpstreamCluster } from '../data-plane/upstreams'
import type { TlsSecret } from '../gateway-runtime'
import type { NodeInfo } from './node-info'
import { nodeOf } from './node-info'

/** base64 of `[redacted]`, which Envoy prints for a private key. */
const redacted = 'W3JlZGFjdGVkXQ=='

const admin = 'type.googleapis.com/envoy.admin.v3.'

/** One section of a dump: its fields, and for each repeated field the type of its elements and how an element is named. */
interface Section {
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly repeated: Readonly<Record<string, { readonly type: string; readonly name: (element: JsonObject) => string }>>
}

/** The sections of a config_dump in Envoy's order. Names of a name_regex keep only what they match. */
export function configSections(state: DataPlaneState, node: NodeInfo, options: { readonly adminPort: number; readonly endpoints: boolean }): readonly Section[] {
  const at = new Date(state.updated).toISOString()
  const version = state.configuration.version
  const named = (type: string, path: readonly string[]) => ({ type: `${admin}${type}`, name: (element: JsonObject) => nameAt(element, path) })
  return [
    {
      type: 'BootstrapConfigDump', repeated: {},
      fields: { bootstrap: { node: nodeOf(node), admin: { address: { socket_address: { address: '127.0.0.1', port_value: options.adminPort } } } }, last_updated: new Date(state.started).toISOString() },
    },
    {
      type: 'ClustersConfigDump',
      fields: { version_info: version, dynamic_active_clusters: sortedClusters(state).map((cluster) => ({ version_info: version, cluster: { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', ...cluster }, last_updated: at })) },
      repeated: { static_clusters: named('ClustersConfigDump.StaticCluster', ['cluster', 'name']), dynamic_active_clusters: named('ClustersConfigDump.DynamicCluster', ['cluster', 'name']), dynamic_warming_clusters: named('ClustersConfigDump.DynamicCluster', ['cluster', 'name']) },
    },
    ...(options.endpoints ? [{
      type: 'EndpointsConfigDump',
      fields: { dynamic_endpoint_configs: state.clusters.map((cluster) => ({ endpoint_config: assignmentOf(cluster) })) },
      repeated: { static_endpoint_configs: named('EndpointsConfigDump.StaticEndpointConfig', ['endpoint_config', 'cluster_name']), dynamic_endpoint_configs: named('EndpointsConfigDump.DynamicEndpointConfig', ['endpoint_config', 'cluster_name']) },
    }] : []),
    {
      type: 'ListenersConfigDump', fields: { version_info: version, dynamic_listeners: dynamicListeners(state, version, at) },
      repeated: { static_listeners: named('ListenersConfigDump.StaticListener', ['listener', 'name']), dynamic_listeners: named('ListenersConfigDump.DynamicListener', ['name']) },
    },
    { type: 'ScopedRoutesConfigDump', fields: {}, repeated: { inline_scoped_route_configs: named('ScopedRoutesConfigDump.InlineScopedRouteConfigs', ['name']), dynamic_scoped_route_configs: named('ScopedRoutesConfigDump.DynamicScopedRouteConfigs', ['name']) } },
    {
      type: 'RoutesConfigDump',
      fields: { dynamic_route_configs: state.routeConfigurations.map((configuration) => ({ version_info: version, route_config: { '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration', ...configuration }, last_updated: at })) },
      repeated: { static_route_configs: named('RoutesConfigDump.StaticRouteConfig', ['route_config', 'name']), dynamic_route_configs: named('RoutesConfigDump.DynamicRouteConfig', ['route_config', 'name']) },
    },
    {
      type: 'SecretsConfigDump', fields: { dynamic_active_secrets: state.configuration.secrets.map((secret) => secretDump(secret, version, at)) },
      repeated: { static_secrets: named('SecretsConfigDump.StaticSecret', ['name']), dynamic_active_secrets: named('SecretsConfigDump.DynamicSecret', ['name']), dynamic_warming_secrets: named('SecretsConfigDump.DynamicSecret', ['name']) },
    },
  ]
}

/** The whole dump; empty fields are left out. */
export function wholeDump(sections: readonly Section[], keep: ((name: string) => boolean) | undefined): object {
  return {
    configs: sections.map((section) => ({
      '@type': `${admin}${section.type}`,
      ...Object.fromEntries(Object.entries(section.fields).flatMap(([field, value]) => {
        const kept = filterField(section, field, value, keep)
        return kept === '' || (Array.isArray(kept) && kept.length === 0) ? [] : [[field, kept] as const]
      })),
    })),
  }
}

/** The elements of one repeated field (?resource=), each with its type; undefined when no section has the field. */
export function resourceDump(sections: readonly Section[], resource: string, filter: { readonly keep: ((name: string) => boolean) | undefined; readonly mask: readonly string[] }): object | undefined {
  const section = sections.find((item) => item.repeated[resource] !== undefined)
  const element = section?.repeated[resource]
  if (section === undefined || element === undefined) return undefined
  const elements = filterField(section, resource, section.fields[resource] ?? [], filter.keep)
  const configs = (Array.isArray(elements) ? elements : []).map((item: unknown) => ({ '@type': element.type, ...(filter.mask.length === 0 ? objectOf(item) : masked(objectOf(item), filter.mask)) }))
  return configs.length === 0 ? {} : { configs }
}

function filterField(section: Section, field: string, value: unknown, keep: ((name: string) => boolean) | undefined): unknown {
  const element = section.repeated[field]
  if (keep === undefined || element === undefined || !Array.isArray(value)) return value
  return value.filter((item: unknown) => keep(element.name(objectOf(item))))
}

/** The fields of a FieldMask, without descending into lists. */
function masked(value: JsonObject, paths: readonly string[]): JsonObject {
  const out: Record<string, JsonObject[string]> = {}
  for (const path of paths) {
    const [head = '', ...rest] = path.split('.')
    const inner = value[head]
    if (inner === undefined) continue
    const before = out[head]
    out[head] = rest.length > 0 && isJsonObject(inner) ? { ...(isJsonObject(before) ? before : {}), ...masked(inner, [rest.join('.')]) } : inner
  }
  return out
}

function nameAt(element: JsonObject, path: readonly string[]): string {
  let value: unknown = element
  for (const key of path) value = optionalObject(value)?.[key]
  return typeof value === 'string' ? value : ''
}

function sortedClusters(state: DataPlaneState): readonly Cluster[] {
  return state.clusters.map((cluster) => cluster.cluster).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function dynamicListeners(state: DataPlaneState, version: string, at: string): readonly object[] {
  const refused = new Map(state.rejectedListeners.map((item) => [item.name, item]))
  const errorState = (name: string) => {
    const error = refused.get(name)
    return error === undefined ? {} : { error_state: { failed_configuration: typedListener(error.listener), last_update_attempt: new Date(error.at).toISOString(), details: error.details } }
  }
  const active = state.listeners.map(({ listener }) => ({ name: listener.name, active_state: { version_info: version, listener: typedListener(listener), last_updated: at }, ...errorState(listener.name) }))
  const never = state.rejectedListeners.filter((item) => !state.listeners.some(({ listener }) => listener.name === item.name))
  return [...active, ...never.map((item) => ({ name: item.name, ...errorState(item.name) }))]
}

function typedListener(listener: object): object {
  return { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...listener }
}

function assignmentOf(cluster: UpstreamCluster): object {
  return {
    '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment', cluster_name: cluster.cluster.name,
    ...(cluster.hosts.length === 0 ? {} : {
      endpoints: [{
        locality: {},
        lb_endpoints: cluster.hosts.map((host) => ({
          endpoint: { address: { socket_address: { address: host.address, port_value: host.port } }, health_check_config: {} }, health_status: host.health, metadata: host.metadata, load_balancing_weight: host.weight,
        })),
      }],
    }),
    policy: { overprovisioning_factor: 140 },
  }
}

function secretDump(secret: TlsSecret, version: string, at: string): object {
  const encode = (text: string) => Buffer.from(text).toString('base64')
  const certificate = secret.certificateChain === undefined ? {} : { tls_certificate: { certificate_chain: { inline_bytes: encode(secret.certificateChain) }, private_key: { inline_bytes: redacted } } }
  const validation = secret.trustedCa === undefined || secret.certificateChain !== undefined ? {} : { validation_context: { trusted_ca: { inline_bytes: encode(secret.trustedCa) } } }
  return { name: secret.name, version_info: version, last_updated: at, secret: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret', name: secret.name, ...certificate, ...validation } }
}
