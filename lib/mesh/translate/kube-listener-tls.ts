import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Fields } from '../istio/read'
import { refOf, type KubeObject } from '../resource'
import { getObject } from '../snapshot'
import { holdsAnyCertificate, isCertificatePair } from './certificate-pair'
import type { ListenerPlace } from './kube-listener-place'
import { isGranted } from './kube-references'
import { decodeBase64 } from './pem'

/** A listener's TLS as a server's; `settings` is undefined without a tls block, and `valid` false where istiod opens nothing. */
export interface ListenerTls {
  readonly settings: JsonObject | undefined
  readonly valid: boolean
}

const modeKey = 'gateway.istio.io/tls-terminate-mode'
const ciphersKey = 'gateway.istio.io/tls-cipher-suites'

/** Istio's buildTLS (SPEC GA7): pass-through, or termination with up to two Secrets and the Gateway's own demands on clients. */
export function listenerTls(place: ListenerPlace, listener: Fields, port: number): ListenerTls {
  const tls = listener.object('tls')
  if (!tls) return { settings: undefined, valid: true }
  const options = tls.object('options')
  const suites = (options?.string(ciphersKey) ?? '').split(',').map((suite) => suite.trim()).filter((suite) => suite !== '')
  const ciphers: JsonObject = suites.length === 0 ? {} : { cipherSuites: suites }
  if (tls.string('mode') === 'Passthrough') return { settings: { mode: isAutoPassthrough(place.owner, options, port) ? 'AUTO_PASSTHROUGH' : 'PASSTHROUGH', ...ciphers }, valid: true }
  const mode = options?.string(modeKey) ?? ''
  if (mode === 'ISTIO_SIMPLE') return { settings: { mode: 'SIMPLE', credentialName: 'builtin://' }, valid: true }
  if (mode === 'ISTIO_MUTUAL') return { settings: { mode }, valid: true }
  const own: JsonObject = { mode: mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL' ? mode : 'SIMPLE' }
  const references = tls.objects('certificateRefs')
  if (references.length > 2) return refuse(place, tls.path, { settings: own, reason: 'count' })
  const names = references.map((reference) => certificateOf(place, reference))
  const valid = names.filter((name) => name !== '').length
  if (valid === 0) return { settings: own, valid: references.length === 0 }
  const credentials: JsonObject = valid === 1 ? { credentialName: names[0] ?? '' } : { credentialNames: names }
  const clients = clientValidation(place, port, mode)
  return clients === undefined ? { settings: { ...own, ...credentials }, valid: false } : { settings: { ...own, ...credentials, ...clients, ...ciphers }, valid: true }
}

function refuse(place: ListenerPlace, path: string, { settings, ...params }: { readonly settings: JsonObject; readonly reason: string }): ListenerTls {
  place.report(path, { code: 'MER066', severity: 'error', params })
  return { settings, valid: false }
}

/** A listener label makes pass-through automatic, as does a Gateway of a network on its port (Istio's IsAutoPassthrough). */
function isAutoPassthrough(owner: KubeObject, options: Fields | undefined, port: number): boolean {
  if (options?.string('gateway.istio.io/listener-protocol') === 'auto-passthrough') return true
  const labels = owner.metadata.labels ?? {}
  return labels['topology.istio.io/network'] !== undefined && String(port) === (labels['networking.istio.io/gatewayPort'] ?? '15443')
}

/** The credential name of a certificateRef; '' for one that istiod does not take (buildSecretReference, SecretAllowed). */
function certificateOf(place: ListenerPlace, reference: Fields): string {
  const own = place.owner.metadata.namespace ?? ''
  const [namespace, name] = [reference.string('namespace') ?? own, reference.string('name') ?? '']
  const [group, kind] = [reference.string('group') ?? '', reference.string('kind') ?? 'Secret']
  const fail = (reason: string): string => {
    place.report(reference.path, { code: 'MER066', severity: 'error', params: { reason, kind, certificate: `${namespace}/${name}`, from: own } })
    return ''
  }
  if (group !== '' || kind !== 'Secret') return fail('kind')
  const secret = getObject(place.snapshot, 'secrets', namespace, name)
  if (!secret && place.secrets === 'listed') return fail('not-found')
  if (secret && !holdsCertificate(secret)) return fail('malformed')
  if (!isGranted(place.snapshot, referrer(place.owner), { group, kind, namespace, name })) return fail('not-permitted')
  return `kubernetes-gateway://${namespace}/${name}`
}

function referrer(owner: KubeObject): { readonly kind: 'Gateway' | 'ListenerSet'; readonly namespace: string } {
  return { kind: refOf(owner).kind === 'ListenerSet' ? 'ListenerSet' : 'Gateway', namespace: owner.metadata.namespace ?? '' }
}

const pairs = new WeakMap<KubeObject, boolean>()

/** Whether a Secret has a certificate and its key under Istio's names or Kubernetes' (ExtractCertInfo; memoised on the object). */
function holdsCertificate(secret: KubeObject): boolean {
  const known = pairs.get(secret)
  if (known !== undefined) return known
  const [generic, standard] = [pairOf(secret, 'cert', 'key'), pairOf(secret, 'tls.crt', 'tls.key')]
  const [certificate = '', key = ''] = generic.every((value) => value !== '') ? generic : standard
  const good = isCertificatePair(certificate, key)
  pairs.set(secret, good)
  return good
}

/** Two entries of a Secret, decoded, or of a ConfigMap; '' for what is not there. */
function pairOf(object: KubeObject, first: string, second: string): readonly string[] {
  const read = (entries: Json | undefined, name: string): string => (isJsonObject(entries) && typeof entries[name] === 'string' ? entries[name] : '')
  const decode = (text: string): string => (refOf(object).kind === 'Secret' ? (decodeBase64(text) ?? '') : text)
  return [first, second].map((name) => read(object['stringData'], name) || decode(read(object['data'], name)))
}

/** The Gateway's `tls.frontend` for this port: a CA that clients' certificates must come from; undefined: istiod refuses it. */
function clientValidation(place: ListenerPlace, port: number, mode: string): JsonObject | undefined {
  const perPort = place.frontend?.objects('perPort').find((one) => one.int('port') === port)
  const validation = (perPort ? perPort.object('tls') : place.frontend?.object('default'))?.object('validation')
  const references = validation?.objects('caCertificateRefs') ?? []
  const [reference] = references
  if (!validation || !reference) return {}
  const own = place.owner.metadata.namespace ?? ''
  const [namespace, name] = [reference.string('namespace') ?? own, reference.string('name') ?? '']
  const [group, kind] = [reference.string('group') ?? '', reference.string('kind') ?? '']
  const reason = references.length > 1 ? 'count' : authorityFault(place, { group, kind, namespace, name })
  if (reason !== undefined) {
    place.report(reference.path, { code: 'MER066', severity: 'error', params: { reason, kind, certificate: `${namespace}/${name}`, from: own } })
    return undefined
  }
  const fallback = validation.string('mode') === 'AllowInsecureFallback'
  const named = mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL'
  return {
    mode: named ? mode : fallback ? 'OPTIONAL_MUTUAL' : 'MUTUAL', insecureSkipVerify: !named && fallback,
    caCertCredentialName: `${kind === 'ConfigMap' ? 'configmap' : 'kubernetes-gateway'}://${namespace}/${name}-cacert`,
  }
}

function authorityFault(place: ListenerPlace, to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string }): string | undefined {
  if (to.group !== '' || (to.kind !== 'ConfigMap' && to.kind !== 'Secret')) return 'kind'
  const found = getObject(place.snapshot, to.kind === 'Secret' ? 'secrets' : 'configmaps', to.namespace, to.name)
  if (!found && place.secrets === 'listed') return 'not-found'
  if (found && place.secrets === 'listed' && !holdsAuthority(found)) return 'malformed'
  // Istio looks for a grant on the name with its suffix.
  return isGranted(place.snapshot, referrer(place.owner), { ...to, name: `${to.name}-cacert` }) ? undefined : 'not-permitted'
}

/** Whether a ConfigMap or Secret has a CA certificate under Istio's name or Kubernetes' (ExtractRoot). */
function holdsAuthority(object: KubeObject): boolean {
  const [generic = '', standard = ''] = pairOf(object, 'cacert', 'ca.crt')
  return holdsAnyCertificate(generic || standard)
}
