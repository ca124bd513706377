import { gatewayKey, type GatewayWorkload } from '@/lib/mesh/gateway-workload'
import type { Snapshot } from '@/lib/mesh/snapshot'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { labelsContain } from '@/lib/mesh/translate/labels'
import { UsageError } from './usage-error'

/** How the caller names the gateway workload; nothing: there is exactly one. */
export interface GatewayChoice {
  /** `namespace/name`, or a name that only one has. */
  readonly gateway?: string
  /** The pods' labels. */
  readonly labels?: Readonly<Record<string, string>>
  /** The pods' namespace. */
  readonly namespace?: string
}

/**
 * The gateway workload that is meant. Labels with a namespace say it outright, whatever the input holds.
 * @throws UsageError with the choices when none or several fit.
 */
export function chooseGateway(snapshot: Snapshot, choice: GatewayChoice): GatewayWorkload {
  const all = gatewayWorkloads(snapshot)
  const { labels, namespace } = choice
  if (labels !== undefined && namespace !== undefined) {
    const known = all.find((candidate) => candidate.namespace === namespace && labelsContain(candidate.labels, labels))
    return { namespace, name: known?.name ?? labels['istio'] ?? Object.values(labels)[0] ?? 'gateway', labels }
  }
  const fitting = all.filter((candidate) =>
    (choice.gateway === undefined || gatewayKey(candidate) === choice.gateway || candidate.name === choice.gateway) &&
    (namespace === undefined || candidate.namespace === namespace) && (labels === undefined || labelsContain(candidate.labels, labels)))
  const exact = fitting.filter((candidate) => gatewayKey(candidate) === choice.gateway)
  const chosen = exact.length === 1 ? exact : fitting
  const [only] = chosen
  if (only !== undefined && chosen.length === 1) return labels === undefined ? only : { ...only, labels }
  throw new UsageError(explainChoice(all, fitting, choice))
}

function explainChoice(all: readonly GatewayWorkload[], fitting: readonly GatewayWorkload[], choice: GatewayChoice): string {
  const names = (list: readonly GatewayWorkload[]): string => list.map(gatewayKey).join(', ')
  if (all.length === 0) return 'the input names no gateway workload (no Gateway with a selector, no gateway pod); say --labels k=v,… and -n NAMESPACE'
  if (fitting.length === 0) {
    const asked = [choice.gateway, choice.labels && '--labels', choice.namespace && `-n ${choice.namespace}`].filter(Boolean).join(' ')
    return `no gateway workload fits ${asked}; there ${all.length === 1 ? 'is' : 'are'} ${names(all)}`
  }
  return `several gateway workloads; say which with --gateway: ${names(fitting)}`
}
