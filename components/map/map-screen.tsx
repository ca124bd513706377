'use client'
import { useDeferredValue, useRef } from 'react'
import { Screen, Toolbar, TruthBar } from '@/components/ui/bars'
import { ViewStates } from '@/components/ui/view-states'
import { useDeclaredFacts } from '@/components/shell/declared-facts'
import { useNamespaceFilter } from '@/components/shell/namespace-filter'
import { Failure, type MissingRight } from '@/components/ui/states'
import { useClusterStatus } from '@/lib/client/use-connection'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import { mapHostsMost, mapView } from '@/lib/contract/views/map'
import { hostIdOf } from '@/lib/mesh/graph/map-keys'
import type { MapGraph } from '@/lib/mesh/graph/model'
import { MapView } from './map-view'
import { useMapParams } from './use-map-params'

/** The map screen: asks for what the URL names and keeps the last map while the next one is on its way. */
export function MapScreen() {
  const cluster = useCluster()
  const [params, setParams] = useMapParams()
  const q = useDeferredValue(params.q)
  const namespaces = useNamespaceFilter()
  const focus = params.pin === null ? params.host : hostIdOf(params.pin)
  const asked = {
    ...(namespaces.length === 0 ? {} : { ns: namespaces }),
    ...(params.open.length === 0 ? {} : { open: params.open }),
    ...(q === '' ? {} : { q }),
    ...(focus === null ? {} : { focus }),
    ...(params.hosts === null ? {} : { limit: `${Math.min(Math.max(1, params.hosts), mapHostsMost)}` }),
  }
  const view = useView(mapView, cluster, { ...(params.gw === null ? {} : { gateway: params.gw }), ...asked })
  const facts = useDeclaredFacts(view.revision)
  const forbidden = useForbidden(cluster)
  const graph = useLast(view.error === null ? view.data : undefined, view.error !== null)
  if (graph) return <MapView cluster={cluster} graph={graph} asked={asked} params={params} setParams={setParams} facts={facts} revision={view.revision?.n ?? 0} stale={view.stale} forbidden={forbidden} />
  return (
    <Screen toolbar={<Toolbar label="Map"><span className="m">{params.gw ?? ''}</span></Toolbar>} truth={<TruthBar facts={facts} />}>
      {view.error?.code === 'not-found' ? <Failure message={view.error.message}><button type="button" className="link" onClick={() => setParams({ gw: null, pin: null, pod: null, open: [], only: false })}>Show the first gateway</button></Failure> : <ViewStates view={view} rows={14} columns="112px 152px 3fr 1fr 72px">{() => null}</ViewStates>}
    </Screen>
  )
}

/** The kinds without which there is no map, as far as they may not be read. */
const needed: ReadonlySet<string> = new Set(['gateways.networking.istio.io', 'virtualservices.networking.istio.io', 'services'])

/** The rights that are missing to draw the map. */
function useForbidden(cluster: string): readonly MissingRight[] {
  const { data: status } = useClusterStatus(cluster)
  return (status?.kinds ?? []).filter((kind) => kind.state === 'forbidden' && needed.has(kind.key)).map((kind) => ({ verb: 'list', resource: kind.key, namespace: kind.scope === 'all' ? '' : kind.scope }))
}

/** The last value that was there, so that opening a host does not blank the map. An error clears it. */
function useLast(value: MapGraph | undefined, failed: boolean): MapGraph | undefined {
  const last = useRef<MapGraph | undefined>(undefined)
  if (value !== undefined) last.current = value
  return failed ? undefined : last.current
}
