import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { kindOf } from '../kinds'
import type { KubeObject } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import type { Origin } from '../translate/compiled'
import { protocolHue } from './map-destination'
import type { MapServer } from './model'
import { pathWithin, problemsOf, troubleOf, type ProblemIndex } from './problem-index'

/** The id of a server: `istio-system/default-gateway:1`; other kinds carry theirs in front. */
export function serverId(origin: Origin): string {
  const { resource, path } = origin
  const kind = resource.group === 'networking.istio.io' ? '' : `${resource.kind}.`
  const start = path.lastIndexOf('[')
  const index = start < 0 ? '' : `:${path.slice(start + 1, path.indexOf(']', start))}`
  return `${kind}${resource.namespace}/${resource.name}${index}`
}

/** The object that declares a server. */
export function serverObject(snapshot: Snapshot, { resource }: Origin): KubeObject | undefined {
  const kind = kindOf(resource.group, resource.kind)
  return kind ? getObject(snapshot, kind.key, resource.namespace, resource.name) : undefined
}

/** What a server declares, read from the object that it came from. `port` is the listener's, for objects that name none. */
export function mapServer(snapshot: Snapshot, origin: Origin, at: { readonly gateway: string; readonly port: number; readonly hostCount: number; readonly problems: ProblemIndex }): MapServer {
  const declared = readServer(origin, serverObject(snapshot, origin)?.['spec'], at.port)
  const own = problemsOf(at.problems, origin.resource)
  return {
    id: serverId(origin),
    gateway: at.gateway,
    ...declared,
    resource: origin.resource,
    path: origin.path,
    hostCount: at.hostCount,
    trouble: troubleOf(own.filter((problem) => pathWithin(problem.path, origin.path) || !problem.path.startsWith('spec.servers['))),
  }
}

type Declared = Pick<MapServer, 'protocol' | 'port' | 'name' | 'tlsMode' | 'hosts' | 'httpsRedirect' | 'certificate'>

function readServer(origin: Origin, spec: Json | undefined, port: number): Declared {
  const bare: Declared = { protocol: port === 443 || port === 8443 ? 'https' : 'http', port, name: '', tlsMode: null, hosts: [], httpsRedirect: false, certificate: null }
  if (!isJsonObject(spec)) return bare
  if (origin.resource.group === 'networking.istio.io') return istioServer(at(spec, 'servers', origin.path), bare)
  if (origin.resource.kind === 'Gateway') return listener(at(spec, 'listeners', origin.path), bare)
  return { ...bare, name: 'Ingress', hosts: list(spec['rules']).flatMap((rule) => (isJsonObject(rule) ? text(rule['host']) : [])), tlsMode: bare.protocol === 'https' ? 'SIMPLE' : null }
}

function at(spec: JsonObject, field: string, path: string): JsonObject {
  const start = path.indexOf(`${field}[`)
  const found = list(spec[field])[start < 0 ? 0 : Number.parseInt(path.slice(start + field.length + 1), 10)]
  return isJsonObject(found) ? found : {}
}

function istioServer(server: JsonObject, bare: Declared): Declared {
  const port = isJsonObject(server['port']) ? server['port'] : {}
  const tls = isJsonObject(server['tls']) ? server['tls'] : undefined
  const protocol = typeof port['protocol'] === 'string' ? port['protocol'] : 'HTTP'
  const redirect = tls?.['httpsRedirect'] === true
  const terminates = protocol.toUpperCase() === 'HTTPS' || protocol.toUpperCase() === 'TLS'
  return {
    protocol: protocolHue(protocol),
    port: typeof port['number'] === 'number' ? port['number'] : bare.port,
    name: typeof port['name'] === 'string' ? port['name'] : '',
    tlsMode: terminates && tls ? (typeof tls['mode'] === 'string' ? tls['mode'] : 'PASSTHROUGH') : null,
    hosts: list(server['hosts']).flatMap(text).map((host) => host.slice(host.indexOf('/') + 1)),
    httpsRedirect: redirect,
    certificate: tls ? (text(tls['credentialName'])[0] ?? text(list(tls['credentialNames'])[0])[0] ?? text(tls['serverCertificate'])[0] ?? null) : null,
  }
}

function listener(declared: JsonObject, bare: Declared): Declared {
  const protocol = typeof declared['protocol'] === 'string' ? declared['protocol'] : 'HTTP'
  const tls = isJsonObject(declared['tls']) ? declared['tls'] : undefined
  const reference = list(tls?.['certificateRefs'])[0]
  return {
    protocol: protocolHue(protocol),
    port: typeof declared['port'] === 'number' ? declared['port'] : bare.port,
    name: typeof declared['name'] === 'string' ? declared['name'] : '',
    tlsMode: tls ? (typeof tls['mode'] === 'string' && tls['mode'] === 'Passthrough' ? 'PASSTHROUGH' : 'SIMPLE') : null,
    hosts: [text(declared['hostname'])[0] ?? '*'],
    httpsRedirect: false,
    certificate: isJsonObject(reference) ? (text(reference['name'])[0] ?? null) : null,
  }
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function text(value: Json | undefined): readonly string[] {
  return typeof value === 'string' && value !== '' ? [value] : []
}
