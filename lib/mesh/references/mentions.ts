import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { at, objectsAt, textAt } from '../gateway-list/read-json'
import { refOf, type FieldPath, type KubeObject, type ResourceRef } from '../resource'

/** What an object names: another object, or a host that a Service or ServiceEntry answers for. */
export type Mention =
  | { readonly kind: 'object'; readonly path: FieldPath; readonly ref: ResourceRef }
  | { readonly kind: 'host'; readonly path: FieldPath; readonly host: string; readonly namespace: string }

const istio = 'networking.istio.io'
const gatewayApi = 'gateway.networking.k8s.io'
const memo = new WeakMap<KubeObject, readonly Mention[]>()

/** Everything that an object names, in the order of its fields; remembered by the object's identity. */
export function mentionsOf(object: KubeObject): readonly Mention[] {
  const known = memo.get(object)
  if (known) return known
  const ref = refOf(object)
  const mentions = read(object, ref)
  memo.set(object, mentions)
  return mentions
}

function read(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  if (ref.group === istio) {
    if (ref.kind === 'VirtualService') return virtualService(object, ref)
    if (ref.kind === 'Gateway') return gateway(object, ref)
    if (ref.kind === 'DestinationRule') return host(textAt(object, 'spec', 'host'), 'spec.host', ref)
    return []
  }
  if (ref.group === gatewayApi) {
    if (ref.kind === 'Gateway' || ref.kind === 'ListenerSet') return apiGateway(object, ref)
    return ref.kind === 'BackendTLSPolicy' ? backendPolicy(object, ref) : route(object, ref)
  }
  if (ref.group === 'networking.k8s.io') return ingress(object, ref)
  if (ref.group === 'discovery.k8s.io') return owned(object, ref)
  return targets(object, ref)
}

function virtualService(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const gateways = at(object, 'spec', 'gateways')
  const mentions: Mention[] = []
  if (Array.isArray(gateways)) {
    gateways.forEach((name, index) => {
      if (typeof name === 'string' && name !== 'mesh') mentions.push({ kind: 'object', path: `spec.gateways[${index}]`, ref: gatewayByName(name, ref.namespace) })
    })
  }
  for (const section of ['http', 'tls', 'tcp']) {
    objectsAt(object, 'spec', section).forEach((rule, index) => mentions.push(...ruleMentions(rule, `spec.${section}[${index}]`, ref)))
  }
  return mentions
}

function ruleMentions(rule: JsonObject, path: FieldPath, ref: ResourceRef): readonly Mention[] {
  const delegate = textAt(rule, 'delegate', 'name')
  return [
    ...(delegate === undefined ? [] : [named(istio, 'VirtualService', textAt(rule, 'delegate', 'namespace') ?? ref.namespace, { name: delegate, path: `${path}.delegate` })]),
    ...objectsAt(rule, 'route').flatMap((entry, at_) => host(textAt(entry, 'destination', 'host'), `${path}.route[${at_}].destination.host`, ref)),
    ...host(textAt(rule, 'mirror', 'host'), `${path}.mirror.host`, ref),
    ...objectsAt(rule, 'mirrors').flatMap((entry, at_) => host(textAt(entry, 'destination', 'host'), `${path}.mirrors[${at_}].destination.host`, ref)),
  ]
}

/** A Gateway's name in a VirtualService: `ns/name`, a short name, or the legacy `name.ns.svc.cluster.local`. */
export function gatewayByName(name: string, namespace: string): ResourceRef {
  const slash = name.indexOf('/')
  if (slash >= 0) {
    const given = name.slice(0, slash)
    return { group: istio, kind: 'Gateway', namespace: given === '.' ? namespace : given, name: name.slice(slash + 1) }
  }
  const [first = name, second] = name.split('.')
  return { group: istio, kind: 'Gateway', namespace: second ?? namespace, name: first }
}

function gateway(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  return objectsAt(object, 'spec', 'servers').flatMap((server, index) => {
    const credential = textAt(server, 'tls', 'credentialName')
    return credential === undefined || credential === '' ? [] : [named('', 'Secret', ref.namespace, { name: credential.slice(credential.lastIndexOf('/') + 1), path: `spec.servers[${index}].tls.credentialName` })]
  })
}

function apiGateway(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const className = textAt(object, 'spec', 'gatewayClassName')
  const parent = at(object, 'spec', 'parentRef')
  return [
    ...(className === undefined ? [] : [named(gatewayApi, 'GatewayClass', '', { name: className, path: 'spec.gatewayClassName' })]),
    ...(isJsonObject(parent) ? byEntry(parent, 'spec.parentRef', { group: gatewayApi, kind: 'Gateway', namespace: ref.namespace }) : []),
    ...objectsAt(object, 'spec', 'listeners').flatMap((listener, index) =>
      objectsAt(listener, 'tls', 'certificateRefs').flatMap((entry, at_) => byEntry(entry, `spec.listeners[${index}].tls.certificateRefs[${at_}]`, { group: '', kind: 'Secret', namespace: ref.namespace }))),
  ]
}

function backendPolicy(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const authorities = objectsAt(object, 'spec', 'validation', 'caCertificateRefs').flatMap((entry, index) => byEntry(entry, `spec.validation.caCertificateRefs[${index}]`, { group: '', kind: 'ConfigMap', namespace: ref.namespace }))
  return [...targets(object, ref), ...authorities]
}

function route(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const service = { group: '', kind: 'Service', namespace: ref.namespace }
  return [
    ...objectsAt(object, 'spec', 'parentRefs').flatMap((entry, index) => byEntry(entry, `spec.parentRefs[${index}]`, { group: gatewayApi, kind: 'Gateway', namespace: ref.namespace })),
    ...objectsAt(object, 'spec', 'rules').flatMap((rule, index) => [
      ...objectsAt(rule, 'backendRefs').flatMap((entry, at_) => byEntry(entry, `spec.rules[${index}].backendRefs[${at_}]`, service)),
      ...objectsAt(rule, 'filters').flatMap((filter, at_) => {
        const mirrored = at(filter, 'requestMirror', 'backendRef')
        return isJsonObject(mirrored) ? byEntry(mirrored, `spec.rules[${index}].filters[${at_}].requestMirror.backendRef`, service) : []
      }),
    ]),
  ]
}

function ingress(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const className = textAt(object, 'spec', 'ingressClassName')
  const byDefault = textAt(object, 'spec', 'defaultBackend', 'service', 'name')
  return [
    ...(className === undefined ? [] : [named('networking.k8s.io', 'IngressClass', '', { name: className, path: 'spec.ingressClassName' })]),
    ...(byDefault === undefined ? [] : [named('', 'Service', ref.namespace, { name: byDefault, path: 'spec.defaultBackend.service' })]),
    ...objectsAt(object, 'spec', 'tls').flatMap((entry, index) => {
      const secret = textAt(entry, 'secretName')
      return secret === undefined ? [] : [named('', 'Secret', ref.namespace, { name: secret, path: `spec.tls[${index}].secretName` })]
    }),
    ...objectsAt(object, 'spec', 'rules').flatMap((rule, index) => objectsAt(rule, 'http', 'paths').flatMap((entry, at_) => {
      const name = textAt(entry, 'backend', 'service', 'name')
      return name === undefined ? [] : [named('', 'Service', ref.namespace, { name, path: `spec.rules[${index}].http.paths[${at_}].backend.service` })]
    })),
  ]
}

/** An EndpointSlice's Service. */
function owned(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const service = object.metadata.labels?.['kubernetes.io/service-name']
  return typeof service === 'string' ? [named('', 'Service', ref.namespace, { name: service, path: 'metadata.labels' })] : []
}

/** Policies: the objects that they attach to. */
function targets(object: KubeObject, ref: ResourceRef): readonly Mention[] {
  const one = at(object, 'spec', 'targetRef')
  return [
    ...(isJsonObject(one) ? byEntry(one, 'spec.targetRef', { group: '', kind: '', namespace: ref.namespace }) : []),
    ...objectsAt(object, 'spec', 'targetRefs').flatMap((entry, index) => byEntry(entry, `spec.targetRefs[${index}]`, { group: '', kind: '', namespace: ref.namespace })),
  ]
}

/** A Gateway API style reference; what it leaves out is taken from `defaults`. */
function byEntry(entry: JsonObject, path: FieldPath, defaults: Omit<ResourceRef, 'name'>): readonly Mention[] {
  const name = textAt(entry, 'name')
  if (name === undefined) return []
  return [named(textAt(entry, 'group') ?? defaults.group, textAt(entry, 'kind') ?? defaults.kind, textAt(entry, 'namespace') ?? defaults.namespace, { name, path })]
}

function named(group: string, kind: string, namespace: string, { name, path }: { readonly name: string; readonly path: FieldPath }): Mention {
  return { kind: 'object', path, ref: { group, kind, namespace, name } }
}

function host(name: string | undefined, path: FieldPath, ref: ResourceRef): readonly Mention[] {
  return name === undefined || name === '' ? [] : [{ kind: 'host', path, host: name, namespace: ref.namespace }]
}
