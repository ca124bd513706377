import { compareBytes } from '@/lib/std/compare-bytes'
import type { MeshConfig } from '../istio/mesh-config'
import { parseServiceEntry, type ServiceEntrySpec } from '../istio/parse-service-entry'
import { parseService } from '../kube/parse-service'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import type { Origin } from './compiled'
import { parseProtocol, serviceProtocol, type Protocol } from './protocol'

/** A service of the mesh, whatever it was written as: Kubernetes Service or one host of a ServiceEntry. */
export interface MeshService {
  readonly hostname: string
  readonly namespace: string
  readonly name: string
  readonly ports: readonly MeshServicePort[]
  /** How its endpoints are found; `alias` is an ExternalName Service. */
  readonly resolution: 'eds' | 'headless' | 'none' | 'dns' | 'dns-round-robin' | 'dynamic-dns' | 'alias'
  readonly meshExternal: boolean
  readonly externalName: string
  /** Namespaces, `.` already resolved; `*` for all, `~` for none. */
  readonly exportTo: ReadonlySet<string>
  readonly selector: Readonly<Record<string, string>> | undefined
  /** The name of the EndpointSlices that belong to its hostname: a ServiceEntry may have the hostname of a Service, be there one or not. */
  readonly slices: string | undefined
  /** Identities that annotations or `subjectAltNames` add to those of the endpoints. */
  readonly serviceAccounts: readonly string[]
  readonly object: KubeObject
  readonly origin: Origin
  /** All services of this hostname in this namespace, oldest first, where there are several: Pilot takes their endpoints' identities together. */
  readonly sharers?: readonly MeshService[]
}

/** A port of a mesh service. */
export interface MeshServicePort {
  readonly name: string
  readonly port: number
  readonly protocol: Protocol
  /** Where endpoints listen when they do not say otherwise; a name is a container port's. */
  readonly targetPort: number | string
}

/** Whether a set of exportTo names a namespace. */
export function exportedTo(exportTo: ReadonlySet<string>, namespace: string): boolean {
  return !exportTo.has('~') && (exportTo.has('*') || exportTo.has(namespace))
}

/** `.` becomes the own namespace; an empty list takes the mesh's default. */
export function exportSet(written: readonly string[], defaults: readonly string[], namespace: string): ReadonlySet<string> {
  return new Set((written.length === 0 ? defaults : written).map((entry) => (entry === '.' ? namespace : entry)))
}

const exportAnnotation = 'networking.istio.io/exportTo'
const memo = new WeakMap<KubeObject, { readonly config: MeshConfig; readonly services: readonly MeshService[] }>()

/** The mesh services that one object makes (several for a ServiceEntry with several hosts). */
export function servicesOf(object: KubeObject, config: MeshConfig): readonly MeshService[] {
  const known = memo.get(object)
  if (known?.config === config) return known.services
  const services = object.kind === 'Service' ? [fromService(object, config)] : fromServiceEntry(object, config)
  memo.set(object, { config, services })
  return services
}

function fromService(object: KubeObject, config: MeshConfig): MeshService {
  const spec = parseService(object).value
  const namespace = object.metadata.namespace ?? ''
  const written = object.metadata.annotations?.[exportAnnotation]?.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '') ?? []
  const alias = spec.type === 'ExternalName' && spec.externalName !== ''
  return {
    hostname: `${object.metadata.name}.${namespace}.svc.${config.domain}`,
    namespace,
    name: object.metadata.name,
    ports: spec.ports.map((port) => ({ name: port.name, port: port.port, protocol: serviceProtocol(port), targetPort: port.targetPort })),
    resolution: alias ? 'alias' : spec.clusterIP === 'None' ? 'headless' : 'eds',
    meshExternal: alias,
    serviceAccounts: annotatedAccounts(object, config),
    externalName: spec.externalName,
    exportTo: exportSet(written, config.defaultServiceExportTo, namespace),
    selector: spec.selector,
    slices: object.metadata.name,
    object,
    origin: { resource: refOf(object), path: 'spec' },
  }
}

function annotatedAccounts(object: KubeObject, config: MeshConfig): readonly string[] {
  const list = (key: string): readonly string[] => object.metadata.annotations?.[key]?.split(',') ?? []
  return [...list('alpha.istio.io/canonical-serviceaccounts'), ...list('alpha.istio.io/kubernetes-serviceaccounts').map((name) => `spiffe://${config.trustDomain}/ns/${object.metadata.namespace ?? ''}/sa/${name}`)]
}

const resolutions: Readonly<Record<string, MeshService['resolution']>> = { STATIC: 'eds', NONE: 'none', DNS: 'dns', DNS_ROUND_ROBIN: 'dns-round-robin', DYNAMIC_DNS: 'dynamic-dns' }

function fromServiceEntry(object: KubeObject, config: MeshConfig): readonly MeshService[] {
  const spec = parseServiceEntry(object).value
  const namespace = object.metadata.namespace ?? ''
  if (addressCount(spec) === 0) return []
  return spec.hosts.map((hostname, index) => ({
    hostname,
    namespace,
    name: object.metadata.name,
    ports: spec.ports.map((port) => ({ name: port.name, port: port.number, protocol: parseProtocol(port.protocol), targetPort: port.targetPort === 0 ? port.number : port.targetPort })),
    resolution: (Object.hasOwn(resolutions, spec.resolution) ? resolutions[spec.resolution] : undefined) ?? 'none',
    meshExternal: spec.location !== 'MESH_INTERNAL',
    serviceAccounts: spec.subjectAltNames,
    externalName: '',
    exportTo: exportSet(spec.exportTo, config.defaultServiceExportTo, namespace),
    selector: spec.workloadSelector,
    slices: hostname.endsWith(`.${namespace}.svc.${config.domain}`) ? hostname.slice(0, -`.${namespace}.svc.${config.domain}`.length) : undefined,
    object,
    origin: { resource: refOf(object), path: `spec.hosts[${index}]` },
  }))
}

/** How many services istiod makes of each host of a ServiceEntry: one an address that it can read, one where there is none. */
export function addressCount({ addresses }: Pick<ServiceEntrySpec, 'addresses'>): number {
  return addresses.length === 0 ? 1 : addresses.filter((address) => isAddress(address.split('/', 1)[0] ?? '')).length
}

/** Whether a text is an IPv4 or IPv6 address, as far as an endpoint's address can be one. */
export function isAddress(text: string): boolean {
  if (text.includes(':')) return [...text].every((char) => '0123456789abcdefABCDEF:.%'.includes(char))
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => part !== '' && part.length <= 3 && [...part].every((char) => char >= '0' && char <= '9') && Number(part) <= 255)
}

/** All services of the mesh by hostname, as one gateway's namespace may see them. */
export interface ServiceIndex {
  /** One a hostname, in Pilot's order: exported to the namespace by name first, then public; each by creation time and name. */
  readonly visible: readonly MeshService[]
  /** The service a VirtualService of `namespace` means by a hostname: its own namespace's first, if visible, else the visible one. */
  lookup(hostname: string, namespace: string): MeshService | undefined
  /** The services of a hostname, one a namespace, exported or not (Istio's HostnameAndNamespace). */
  registered(hostname: string): readonly MeshService[]
}

/** Indexes the services that are visible to a namespace (Istio's initServiceRegistry, servicesExportedToNamespace, appendSidecarServices). */
export function indexServices(snapshot: Snapshot, config: MeshConfig, proxyNamespace: string): ServiceIndex {
  const all = withSharers((['services', 'serviceentries.networking.istio.io'] as const).flatMap((key) => [...listObjects(snapshot, key)].flatMap((object) => servicesOf(object, config))))
  const own = new Map<string, Map<string, MeshService>>()
  const [named, open]: [MeshService[], MeshService[]] = [[], []]
  for (const service of all) {
    if (service.exportTo.has('*')) open.push(service)
    else if (exportedTo(service.exportTo, proxyNamespace)) named.push(service)
    const hosts = own.get(service.namespace) ?? new Map<string, MeshService>()
    own.set(service.namespace, hosts.set(service.hostname, older(hosts.get(service.hostname), service)))
  }
  const byHost = new Map<string, MeshService>()
  for (const service of [...named.sort(byAge), ...open.sort(byAge)]) byHost.set(service.hostname, joined(byHost.get(service.hostname), service))
  return {
    visible: [...byHost.values()],
    lookup(hostname, namespace) {
      const local = own.get(namespace)?.get(hostname)
      return local && (local.exportTo.has('*') || local.exportTo.has(proxyNamespace)) ? local : byHost.get(hostname)
    },
    registered: (hostname) => [...own.values()].flatMap((hosts) => hosts.get(hostname) ?? []),
  }
}

/** The services, those that share hostname and namespace knowing of each other. */
function withSharers(services: readonly MeshService[]): readonly MeshService[] {
  const key = ({ namespace, hostname }: MeshService): string => `${namespace}/${hostname}`
  const first = new Map<string, MeshService>()
  const shared = new Map<string, MeshService[]>()
  for (const service of services) {
    const known = first.get(key(service))
    if (!known) first.set(key(service), service)
    else if (known.object !== service.object) shared.set(key(service), [...(shared.get(key(service)) ?? [known]), service].sort(byAge))
  }
  if (shared.size === 0) return services
  return services.map((service) => {
    const sharers = shared.get(key(service))
    return sharers ? { ...service, sharers } : service
  })
}

function byAge(a: MeshService, b: MeshService): number {
  return compareBytes(a.object.metadata.creationTimestamp ?? '', b.object.metadata.creationTimestamp ?? '') || compareBytes(istioName(a), istioName(b)) || compareBytes(a.namespace, b.namespace) || compareBytes(a.object.metadata.name, b.object.metadata.name)
}

function istioName(service: MeshService): string {
  return service.object.kind === 'ServiceEntry' ? service.hostname : service.name
}

/** In one namespace a Kubernetes Service stands before a ServiceEntry, and the older before the younger. */
function older(known: MeshService | undefined, service: MeshService): MeshService {
  if (!known || (known.object.kind !== 'Service' && service.object.kind === 'Service')) return service
  if (known.object.kind === service.object.kind && byAge(service, known) < 0) return service
  return known
}

/** Two services of one hostname: Kubernetes' wins; ServiceEntries of one namespace and kind join their ports; else the first stays. */
function joined(known: MeshService | undefined, service: MeshService): MeshService {
  if (!known) return service
  if (known.object.kind === 'Service' || service.object.kind === 'Service') return known.object.kind !== 'Service' ? service : known
  if (known.namespace !== service.namespace || known.resolution !== service.resolution || !sameText(known, service)) return known
  const more = service.ports.filter((port) => known.ports.every((other) => other.port !== port.port))
  return more.length === 0 ? known : { ...known, ports: [...known.ports, ...more] }
}

/** Labels, selectors and exportTo as written: `exportTo: ["*"]` and none are not the same (Istio's canMergeServices). */
function sameText(a: MeshService, b: MeshService): boolean {
  const text = ({ object, selector }: MeshService): string => JSON.stringify([Object.entries(object.metadata.labels ?? {}).sort(), Object.entries(selector ?? {}).sort(), [...new Set(parseServiceEntry(object).value.exportTo)].sort()])
  return text(a) === text(b)
}
