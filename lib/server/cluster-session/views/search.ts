import { searchView } from '@/lib/contract/views/search'
import type * as z from 'zod/mini'
import { gatewayHosts } from '@/lib/mesh/gateway-list/gateway-hosts'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { kinds, type KindKey } from '@/lib/mesh/kinds'
import { refOf } from '@/lib/mesh/resource'
import { searchNames, type Findable } from '@/lib/mesh/search/search-names'
import { listObjects } from '@/lib/mesh/snapshot'
import type { SessionState } from '../session-state'
import { defineViewModule } from '../view-module'

type Found = z.input<typeof searchView.data>['results'][number]

/** Kinds whose objects are found by name: what configures the edge, and what it leads to. */
const searched: readonly KindKey[] = kinds.map((kind) => kind.key).filter((key) => !new Set<KindKey>([
  'namespaces', 'nodes', 'pods', 'secrets', 'configmaps', 'serviceaccounts', 'events', 'deployments.apps', 'replicasets.apps', 'endpointslices.discovery.k8s.io', 'leases.coordination.k8s.io', 'ingressclasses.networking.k8s.io',
  'customresourcedefinitions.apiextensions.k8s.io', 'gatewayclasses.gateway.networking.k8s.io',
]).has(key))

/** View `search` (contract/views/search). */
export const searchModule = defineViewModule({
  contract: searchView,
  compute: (state, { q }) => {
    const { total, results } = searchNames(findable(state), q, 40)
    return { total, results: [...results] }
  },
})

function* findable(state: SessionState): Generator<Findable<Found>> {
  for (const gateway of state.gateways()) {
    const key = gatewayKey(gateway)
    yield { name: key, group: 0, value: { kind: 'gateway', namespace: gateway.namespace, name: gateway.name } }
    const compiled = state.compiled(key)
    if (!compiled) continue
    for (const host of gatewayHosts(compiled)) yield { name: host.toLowerCase(), group: 1, value: { kind: 'host', host, gateway: key } }
  }
  for (const key of searched) {
    for (const object of listObjects(state.snapshot, key)) {
      const ref = refOf(object)
      yield { name: `${ref.namespace}/${ref.name}`, group: 2, value: { kind: 'object', ref } }
    }
  }
}
