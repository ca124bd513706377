import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listenerAddress } from '@/lib/mesh/simulate/listener-match'
import { stringOf } from '@/lib/mesh/simulate/read'
import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'
import type { GatewayConfiguration } from '../gateway-runtime'
import type { PlaceNames } from './place-names'

/** Filesystem xDS for one Envoy: one file a resource of RDS, EDS and SDS, one each for LDS and CDS. */
export interface XdsFiles {
  readonly listenersPath: string
  readonly clustersPath: string
  /** Writes what changed, each file renamed into place, in the order in which Envoy needs them. Gives whether the listeners' file was among it. */
  write(configuration: GatewayConfiguration, places: { readonly names: PlaceNames; readonly listenerPort: (port: number) => number; readonly readFile: (path: string) => string | undefined }): boolean
}

const secretType = 'envoy.extensions.transport_sockets.tls.v3.Secret'

/** Files under a folder, which is made. */
export function createXdsFiles(folder: string): XdsFiles {
  mkdirSync(folder, { recursive: true })
  const written = new Map<string, string>()
  const path = (kind: string, name: string) => join(folder, `${kind}-${createHash('sha256').update(name).digest('hex').slice(0, 24)}.json`)
  const put = (file: string, type: string, parts: { readonly version: string; readonly resources: readonly Json[] }): boolean => {
    const body = JSON.stringify({ version_info: parts.version, type_url: `type.googleapis.com/${type}`, resources: parts.resources.map((resource) => (isJsonObject(resource) ? { '@type': `type.googleapis.com/${type}`, ...resource } : resource)) })
    if (written.get(file) === body) return false
    written.set(file, body)
    writeFileSync(`${file}.new`, body, { mode: 0o600 })
    renameSync(`${file}.new`, file)
    return true
  }
  const source = (file: string, timeout = '0s'): JsonObject => ({ path_config_source: { path: file }, initial_fetch_timeout: timeout, resource_api_version: 'V3' })
  /** Envoy refuses a file that is not there; a secret that nobody has is a file without one, which is not waited for. */
  const secretSource = (name: string): JsonObject => {
    const file = path('secret', name)
    if (!written.has(file)) put(file, secretType, { version: '0', resources: [] })
    return source(file, '0.100s')
  }
  const listenersPath = join(folder, 'listeners.json')
  const clustersPath = join(folder, 'clusters.json')
  return {
    listenersPath,
    clustersPath,
    write: (configuration, places) => {
      const { version } = configuration
      const secrets = secretResources(configuration, places.readFile)
      for (const secret of secrets) put(path('secret', stringOf(secret.name) ?? ''), secretType, { version, resources: [secret] })
      for (const cluster of configuration.clusters) {
        if (cluster.type !== 'EDS') continue
        const service = serviceName(cluster)
        const assignment = configuration.endpoints.find((item) => item.cluster_name === service || item.cluster_name === cluster.name)
        put(path('endpoints', service), 'envoy.config.endpoint.v3.ClusterLoadAssignment', { version, resources: [moved({ ...toJson(assignment ?? {}), cluster_name: service }, places.names)] })
      }
      const adapt = (value: Json) => moved(value, places.names, (key, name) => {
        if (key === 'eds_config') return source(path('endpoints', name))
        if (key === 'config_source') return source(path('routes', name))
        return secretSource(name)
      })
      put(clustersPath, 'envoy.config.cluster.v3.Cluster', { version, resources: configuration.clusters.map((cluster) => adapt(toJson(cluster))) })
      for (const routes of configuration.routeConfigurations) put(path('routes', routes.name), 'envoy.config.route.v3.RouteConfiguration', { version, resources: [toJson(routes)] })
      const listeners = configuration.listeners.map((listener) => ({ ...objectOrEmpty(adapt(toJson(listener))), address: { socket_address: { address: '127.0.0.1', port_value: places.listenerPort(listenerAddress(listener).port) } } }))
      return put(listenersPath, 'envoy.config.listener.v3.Listener', { version, resources: listeners })
    },
  }
}

/** Configuration is JSON by its making; its types say so only in part. */
function toJson(value: object): JsonObject {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return objectOrEmpty(copy)
}

function objectOrEmpty(value: Json): JsonObject {
  return isJsonObject(value) ? value : {}
}

function serviceName(cluster: { readonly name: string; readonly [field: string]: unknown }): string {
  const eds = cluster.eds_cluster_config
  return (isJsonObject(eds) ? stringOf(eds.service_name) : undefined) ?? cluster.name
}

/** Endpoints' addresses become ports of 127.0.0.1 (1, where nobody listens, for those that are nowhere); config sources become files. */
function moved(value: Json, names: PlaceNames, sourceOf?: (key: 'eds_config' | 'config_source' | 'sds_config', name: string) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item: Json) => moved(item, names, sourceOf))
  if (!isJsonObject(value)) return value
  if (typeof value.address === 'string' && typeof value.port_value === 'number') return { ...value, address: '127.0.0.1', port_value: names.port(value.address, value.port_value) ?? 1 }
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return []
    const name = stringOf(value.name) ?? stringOf(value.service_name) ?? stringOf(value.route_config_name)
    if (sourceOf !== undefined && name !== undefined && (key === 'eds_config' || key === 'config_source' || key === 'sds_config')) return [[key, sourceOf(key, name)] as const]
    return [[key, moved(item, names, sourceOf)] as const]
  }))
}

/** The SDS secrets, and those that name files: `file-cert:<chain>~<key>`, `file-root:<path>`. */
function secretResources(configuration: GatewayConfiguration, readFile: (path: string) => string | undefined): readonly JsonObject[] {
  const given = configuration.secrets.map((secret): JsonObject => ({
    name: secret.name,
    ...(secret.certificateChain !== undefined && secret.privateKey !== undefined
      ? { tls_certificate: { certificate_chain: { inline_string: secret.certificateChain }, private_key: { inline_string: secret.privateKey } } }
      : { validation_context: { trusted_ca: { inline_string: secret.trustedCa ?? secret.certificateChain ?? '' } } }),
  }))
  const named = new Set<string>()
  collectNames(toJson({ listeners: configuration.listeners, clusters: configuration.clusters }), named)
  const fromFiles = [...named].flatMap((name): JsonObject[] => {
    if (name.startsWith('file-root:')) {
      const ca = readFile(name.slice('file-root:'.length))
      return ca === undefined ? [] : [{ name, validation_context: { trusted_ca: { inline_string: ca } } }]
    }
    const [chainPath = '', keyPath = ''] = name.slice('file-cert:'.length).split('~')
    const [chain, key] = [readFile(chainPath), readFile(keyPath)]
    return chain === undefined || key === undefined ? [] : [{ name, tls_certificate: { certificate_chain: { inline_string: chain }, private_key: { inline_string: key } } }]
  })
  return [...given, ...fromFiles]
}

function collectNames(value: Json, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectNames(item, names)
    return
  }
  if (!isJsonObject(value)) return
  if (typeof value.name === 'string' && value.sds_config !== undefined && (value.name.startsWith('file-cert:') || value.name.startsWith('file-root:'))) names.add(value.name)
  for (const item of Object.values(value)) if (item !== undefined) collectNames(item, names)
}
