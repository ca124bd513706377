import type { GatewayWorkload } from '../gateway-workload'
import { parseGateway } from '../istio/parse-gateway'
import { parseService } from '../kube/parse-service'
import type { Problem } from '../problem'
import { refOf } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { gatewayPods } from '../translate/gateway-workloads'
import { labelsContain } from '../translate/labels'

interface Reached {
  readonly workload: GatewayWorkload
  readonly hasPods: boolean
  /** Ports of the Services that select the pods, and what they lead to; undefined where no Service does. */
  readonly ports: ReadonlySet<number> | undefined
}

/**
 * What Istio's IngressGatewayPortAnalyzer says of Gateways: IST0101 for a selector that no pod fits, IST0162 for a port that the
 * Services of its pods have neither as a port nor as a target. Pods without a Service may be reached in other ways: they are let be.
 */
export function gatewayPortProblems(snapshot: Snapshot, gateways: readonly GatewayWorkload[]): readonly Problem[] {
  if (!snapshot.objects.has('pods')) return []
  const reached = gateways.map((workload): Reached => ({ workload, hasPods: gatewayPods(snapshot, workload).length > 0, ports: servicePorts(snapshot, workload) }))
  const problems: Problem[] = []
  for (const gateway of listObjects(snapshot, 'gateways.networking.istio.io')) {
    const { selector, servers } = parseGateway(gateway).value
    const wanted = Object.entries(selector ?? {}).map(([name, value]) => `${name}=${value}`).sort().join(',')
    const own = reached.filter(({ workload, hasPods }) => hasPods && labelsContain(workload.labels, selector ?? {}))
    if (own.length === 0) {
      problems.push({ code: 'IST0101', severity: 'error', subject: refOf(gateway), path: 'spec.selector', params: { reftype: 'selector', refval: wanted } })
      continue
    }
    const ports = own.flatMap((one) => one.ports ?? [])
    if (ports.length === 0) continue
    for (const { path, port } of servers) {
      if (!ports.some((known) => known.has(port.number))) problems.push({ code: 'IST0162', severity: 'warning', subject: refOf(gateway), path: `${path}.port.number`, params: { port: String(port.number), selector: wanted } })
    }
  }
  return problems
}

function servicePorts(snapshot: Snapshot, { namespace, labels }: GatewayWorkload): ReadonlySet<number> | undefined {
  const services = [...listObjects(snapshot, 'services', namespace)].map((service) => parseService(service).value)
    .filter(({ selector }) => selector !== undefined && Object.keys(selector).length > 0 && labelsContain(labels, selector))
  if (services.length === 0) return undefined
  return new Set(services.flatMap(({ ports }) => ports.filter(({ protocol }) => protocol === 'TCP').flatMap(({ port, targetPort }) => (typeof targetPort === 'number' ? [port, targetPort] : [port]))))
}
