import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import type { MeshConfig } from '../istio/mesh-config'
import { parseServiceEntry } from '../istio/parse-service-entry'
import { readFields, type Fields } from '../istio/read'
import type { Problem } from '../problem'
import { refOf, type KubeObject } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import { unknownTime } from './creation-order'
import type { Origin } from './compiled'
import { derivedDestinationRule } from './derived'
import { readByVersion } from './kube-crds'
import { reportInto } from './kube-findings'

interface Policy {
  readonly tls: JsonObject
  readonly origin: Origin
  /** The Service's port that it is about; 0 for all, undefined with a port name that is not there. */
  readonly port: number
}

interface Target {
  readonly object: KubeObject
  readonly hosts: readonly string[]
  readonly policies: Policy[]
}

/** BackendTLSPolicies as DestinationRules, one for each target and host, the oldest policy first (DestinationRuleCollection; SPEC GA12). */
export function backendPolicyRules(snapshot: Snapshot, config: MeshConfig, { secrets, findings }: { readonly secrets: 'listed' | 'unseen'; readonly findings: Problem[] }): readonly KubeObject[] {
  const targets = new Map<string, Target>()
  const policies = readByVersion(snapshot, 'backendtlspolicies.gateway.networking.k8s.io', findings).filter((policy) => policy.metadata.annotations?.['istio.io/ignore-policy-attachment']?.toLowerCase() !== 'true').sort(byAge)
  for (const policy of policies) {
    const namespace = policy.metadata.namespace ?? ''
    const report = reportInto(findings, policy)
    const spec = readFields(policy['spec'], 'spec', [])
    const references = spec.objects('targetRefs')
    if (references.length === 0) continue
    const authority = authorityOf(snapshot, { namespace, spec, secrets })
    if (authority === 'invalid://') report('spec.validation.caCertificateRefs[0]', { code: 'MER071', severity: 'error', params: { namespace } })
    const tls = tlsOf(spec, authority)
    for (const reference of references) {
      const found = targetOf(snapshot, config, namespace, reference)
      const port = found && portOf(found.object, reference.string('sectionName') ?? '')
      if (!found || port === undefined) {
        report(reference.path, { code: 'MER070', severity: 'error', params: { kind: reference.string('kind') ?? '', target: `${namespace}/${reference.string('name') ?? ''}`, section: reference.string('sectionName') ?? '' } })
        continue
      }
      const blocking = policies.find((other) => hidden(policy, other, reference))
      if (blocking) {
        report(reference.path, { code: 'MER072', severity: 'warning', params: { by: blocking.metadata.name } })
        continue
      }
      const key = `${found.object.kind}/${namespace}/${found.object.metadata.name}`
      const target = targets.get(key) ?? { ...found, policies: [] }
      targets.set(key, target)
      target.policies.push({ tls, port, origin: { resource: refOf(policy), path: reference.path } })
    }
  }
  return [...targets.values()].flatMap((target) => target.hosts.map((host) => ruleOf(target, host)))
}

function byAge(a: KubeObject, b: KubeObject): number {
  return compareBytes(a.metadata.creationTimestamp ?? unknownTime, b.metadata.creationTimestamp ?? unknownTime)
    || compareBytes(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compareBytes(a.metadata.name, b.metadata.name)
}

/** Istio's btlsIsConflicted: an older policy of the namespace has the very same target. */
function hidden(policy: KubeObject, other: KubeObject, reference: Fields): boolean {
  if (other.metadata.uid === policy.metadata.uid || other.metadata.namespace !== policy.metadata.namespace || byAge(other, policy) >= 0) return false
  return readFields(other['spec'], 'spec', []).objects('targetRefs').some((one) => ['group', 'kind', 'name', 'sectionName'].every((key) => one.string(key) === reference.string(key)))
}

function tlsOf(spec: Fields, authority: string): JsonObject {
  const validation = spec.object('validation')
  const names = (validation?.objects('subjectAltNames') ?? []).flatMap((name) => (name.string('type') === 'Hostname' ? name.string('hostname') ?? '' : name.string('type') === 'URI' ? name.string('uri') ?? '' : []))
  return { mode: 'SIMPLE', sni: validation?.string('hostname') ?? '', ...(names.length === 0 ? {} : { subjectAltNames: names }), ...(authority === '' ? {} : { credentialName: authority }) }
}

/** The CA of the first reference, which counts as there where certificates are not seen; '' for the system's own, `invalid://` for one that istiod does not find (getBackendTLSCredentialName). */
function authorityOf(snapshot: Snapshot, { namespace, spec, secrets }: { readonly namespace: string; readonly spec: Fields; readonly secrets: 'listed' | 'unseen' }): string {
  const validation = spec.object('validation')
  const [reference] = validation?.objects('caCertificateRefs') ?? []
  if (validation?.has('wellKnownCACertificates') === true || !reference) return ''
  const name = reference.string('name') ?? ''
  const isConfigMap = (reference.string('group') ?? '') === '' && reference.string('kind') === 'ConfigMap'
  if (isConfigMap && secrets === 'unseen') return `configmap://${namespace}/${name}`
  const found = isConfigMap ? getObject(snapshot, 'configmaps', namespace, name) : undefined
  const data = found && readFields(found['data'], 'data', [])
  return data && (data.string('cacert') || data.string('ca.crt')) ? `configmap://${namespace}/${name}` : 'invalid://'
}

function targetOf(snapshot: Snapshot, config: MeshConfig, namespace: string, reference: Fields): Omit<Target, 'policies'> | undefined {
  const name = reference.string('name') ?? ''
  switch (`${reference.string('group') ?? ''}/${reference.string('kind') ?? ''}`) {
    case '/Service': {
      const object = getObject(snapshot, 'services', namespace, name)
      return object && { object, hosts: [`${name}.${namespace}.svc.${config.domain}`] }
    }
    case 'networking.istio.io/ServiceEntry': {
      const object = getObject(snapshot, 'serviceentries.networking.istio.io', namespace, name)
      return object && { object, hosts: parseServiceEntry(object).value.hosts }
    }
    default: return undefined
  }
}

/** The number of the port with this name; 0 without a name, undefined for one that is not there. */
function portOf(object: KubeObject, section: string): number | undefined {
  if (section === '') return 0
  const port = readFields(object['spec'], 'spec', []).objects('ports').find((one) => (one.string('name') ?? '') === section)
  return port?.int(object.kind === 'Service' ? 'port' : 'number')
}

function ruleOf(target: Target, host: string): KubeObject {
  const { name, namespace = '' } = target.object.metadata
  const whole = target.policies.find(({ port }) => port === 0)
  const byPort = new Map<number, Policy>()
  for (const policy of target.policies) if (policy.port !== 0 && !byPort.has(policy.port)) byPort.set(policy.port, policy)
  const portLevelSettings = [...byPort].map(([number, { tls }]) => ({ port: { number }, tls }))
  return derivedDestinationRule(
    { namespace, name: target.object.kind === 'Service' ? `${name}~istio-autogenerated-k8s-gateway` : `${name}~${host.replaceAll('.', '-')}~istio-autogenerated-k8s-gateway` },
    { host, trafficPolicy: { ...(whole ? { tls: whole.tls } : {}), ...(portLevelSettings.length === 0 ? {} : { portLevelSettings }) } },
    target.policies.map(({ origin }) => origin),
  )
}
