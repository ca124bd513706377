import type { MeshConfig } from '../istio/mesh-config'
import { readFields, type Fields } from '../istio/read'
import type { Problem } from '../problem'
import type { KubeObject } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { conflictingListeners } from './kube-conflicts'
import { reportInto } from './kube-findings'
import { buildListener, type KubeListener } from './kube-listener'
import type { ListenerPlace } from './kube-listener-place'
import { attachedSets } from './kube-listener-sets'
import type { ProxyTarget } from './proxy-targets'

export type { KubeListener } from './kube-listener'

/** What steers the conversion of Gateways, and where its findings go. */
export interface KubeGatewayOptions {
  readonly config: MeshConfig
  readonly targets: readonly ProxyTarget[]
  /** Whether the snapshot would hold Secrets: a cluster session never reads them. */
  readonly secrets: 'listed' | 'unseen'
  readonly findings: Problem[]
}

/**
 * All listeners of Gateways that istiod's controller manages and that bind to one of the workload's Services, and of the
 * ListenerSets that they let in (GatewayCollection, ListenerSetCollection; SPEC GA1). A listener whose `valid` is false
 * opens nothing, but still takes routes and host names.
 */
export function kubeListeners(snapshot: Snapshot, options: KubeGatewayOptions): readonly KubeListener[] {
  const services = new Map(options.targets.map((target) => [target.service.hostname, target.service.object.metadata.namespace ?? '']))
  return [...listObjects(snapshot, 'gateways.gateway.networking.k8s.io')].flatMap((gateway) => {
    const spec = readFields(gateway['spec'], 'spec', [])
    const named = gatewayServices(snapshot, gateway, options.config.domain)
    if (!named.some((service) => services.get(service) === (gateway.metadata.namespace ?? ''))) return []
    const sets = attachedSets(snapshot, gateway, spec, options.findings)
    const conflicts = conflictingListeners(gateway, spec, sets)
    const place = (owner: KubeObject): ListenerPlace => ({ snapshot, secrets: options.secrets, gateway, owner, services: named, account: accountOf(gateway, spec), frontend: spec.object('tls')?.object('frontend'), conflicts, report: reportInto(options.findings, owner) })
    const own = spec.objects('listeners').flatMap((listener) => buildListener(place(gateway), listener) ?? [])
    const added = sets.flatMap((set) => readFields(set['spec'], 'spec', []).objects('listeners').flatMap((listener) => buildListener(place(set), listener) ?? []))
    return [...own, ...added.filter(({ valid }) => valid)]
  })
}

const gatewayController = 'istio.io/gateway-controller'
const known: ReadonlySet<string> = new Set([gatewayController, 'istio.io/unmanaged-gateway', 'istio.io/mesh-controller', 'istio.io/eastwest-controller'])

/** Istio's FetchGatewayClass: a class that another controller has counts as absent, and `istio` needs none. */
function isManagedClass(snapshot: Snapshot, name: string): boolean {
  const found = getObject(snapshot, 'gatewayclasses.gateway.networking.k8s.io', '', name)
  const controller = found && readFields(found['spec'], 'spec', []).string('controllerName')
  return controller !== undefined && known.has(controller) ? controller === gatewayController : name === 'istio'
}

/** Istio's IsManaged: istiod makes the Deployment and the Service, unless the addresses name others. */
function isDeployed(spec: Fields): boolean {
  const [only, ...others] = spec.objects('addresses')
  return only === undefined || (others.length === 0 && (only.string('type') ?? 'IPAddress') === 'IPAddress')
}

function defaultName(gateway: KubeObject, spec: Fields): string {
  return `${gateway.metadata.name}-${spec.string('gatewayClassName') ?? ''}`
}

/** The service account of an automatic deployment; '' for a manual one, whose pods may have any. */
function accountOf(gateway: KubeObject, spec: Fields): string {
  return isDeployed(spec) ? gateway.metadata.annotations?.['gateway.istio.io/service-account'] || defaultName(gateway, spec) : ''
}

/** Host names of the Services that a Gateway is bound to: that of its automatic deployment, or those that its addresses name; none for a class that istiod's controller does not have (extractGatewayServices). */
export function gatewayServices(snapshot: Snapshot, gateway: KubeObject, domain: string): readonly string[] {
  const spec = readFields(gateway['spec'], 'spec', [])
  if (!isManagedClass(snapshot, spec.string('gatewayClassName') ?? '')) return []
  const suffix = `${gateway.metadata.namespace ?? ''}.svc.${domain}`
  if (isDeployed(spec)) return [`${gateway.metadata.annotations?.['gateway.istio.io/name-override'] || defaultName(gateway, spec)}.${suffix}`]
  return spec.objects('addresses').filter((address) => address.string('type') === 'Hostname').map((address) => {
    const value = address.string('value') ?? ''
    return value.includes('.') ? value : `${value}.${suffix}`
  })
}
