import { AppError } from '@/lib/contract/app-error'
import { mapHostsMost, mapView } from '@/lib/contract/views/map'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { defaultGateway } from '@/lib/mesh/graph/map-entries'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import type { SessionState } from '../session-state'
import { defineViewModule } from '../view-module'

/** View `map` (contract/views/map). */
export const mapModule = defineViewModule({
  contract: mapView,
  compute: (state, params) => {
    const gateways = state.gateways().map(gatewayKey)
    return mapGraph({
      snapshot: state.snapshot,
      compiled: chosen(state, gateways, params.gateway),
      problems: state.problems(),
      gateways,
      open: params.open ?? [],
      filter: params.q ?? '',
      namespaces: params.ns ?? [],
      limit: params.limit === undefined ? null : Math.min(mapHostsMost, Number(params.limit)),
      focus: params.focus ?? null,
    })
  },
})

function chosen(state: SessionState, gateways: readonly string[], wanted: string | undefined): readonly Compiled[] {
  const first = wanted === undefined ? defaultGateway(state.snapshot, state.gateways()) : undefined
  const keys = wanted === 'all' ? gateways : [wanted ?? (first ? gatewayKey(first) : '')].filter((key) => key !== '')
  const compiled = keys.flatMap((key) => state.compiled(key) ?? [])
  if (compiled.length < keys.length) throw new AppError('not-found', `There is no gateway ${wanted ?? ''} in this cluster; choose one of those there are.`)
  return compiled
}
