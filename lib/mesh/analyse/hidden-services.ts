import { meshConfigJson, meshConfigOf } from '../istio/mesh-config'
import { parseGateway } from '../istio/parse-gateway'
import { parseVirtualService } from '../istio/parse-virtual-service'
import type { GatewayWorkload } from '../gateway-workload'
import type { Problem } from '../problem'
import { gatewayByName } from '../references/mentions'
import { refOf, type KubeObject } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { labelsContain } from '../translate/labels'
import { exportSet } from '../translate/mesh-service'
import { istiodRevision } from '../translate/seen-objects'

/**
 * MER030: a VirtualService names a Gateway whose pods are in a namespace that it is not exported to, so that none of its rules is sent
 * there (SPEC VS3). Gateways without pods are told of otherwise.
 */
export function hiddenServices(snapshot: Snapshot, gateways: readonly GatewayWorkload[]): readonly Problem[] {
  const workloads = gateways.map((workload) => ({ workload, defaults: meshConfigOf(meshConfigJson(snapshot, istiodRevision(workload.labels))).defaultVirtualServiceExportTo }))
  const problems: Problem[] = []
  for (const object of listObjects(snapshot, 'virtualservices.networking.istio.io')) {
    const { exportTo, gateways: names } = parseVirtualService(object).value
    if (exportTo.includes('*') || (exportTo.length === 0 && workloads.every(({ defaults }) => defaults.includes('*')))) continue
    names.forEach((name, index) => {
      const hidden = hiddenFrom(snapshot, object, { name, exportTo, workloads })
      if (hidden !== undefined) problems.push({ code: 'MER030', severity: 'warning', subject: refOf(object), path: exportTo.length === 0 ? `spec.gateways[${index}]` : 'spec.exportTo', params: { gateway: name, namespace: hidden, exportTo: exportTo.join(', ') } })
    })
  }
  return problems
}

interface Binding {
  readonly name: string
  readonly exportTo: readonly string[]
  readonly workloads: readonly { readonly workload: GatewayWorkload; readonly defaults: readonly string[] }[]
}

/** The namespace of the first workload of the Gateway that does not see the object; undefined where all do, or there is none. */
function hiddenFrom(snapshot: Snapshot, object: KubeObject, { name, exportTo, workloads }: Binding): string | undefined {
  const namespace = object.metadata.namespace ?? ''
  if (name === 'mesh') return undefined
  const ref = gatewayByName(name, namespace)
  const gateway = getObject(snapshot, 'gateways.networking.istio.io', ref.namespace, ref.name)
  if (!gateway) return undefined
  const { selector } = parseGateway(gateway).value
  return workloads.find(({ workload, defaults }) => {
    const to = exportSet(exportTo, defaults, namespace)
    return labelsContain(workload.labels, selector ?? {}) && (to.has('~') || (!to.has('*') && !to.has(workload.namespace)))
  })?.workload.namespace
}
