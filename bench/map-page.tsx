import { useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { NuqsAdapter } from 'nuqs/adapters/react'
import { MapView } from '@/components/map/map-view'
import { useMapParams } from '@/components/map/use-map-params'
import { mapView } from '@/lib/contract/views/map'
import type { MapGraph } from '@/lib/mesh/graph/model'

/** The map screen without a server: `/graph` answers what the view would. Bundled and measured by bench/map-frames. */
function Page() {
  const [params, setParams] = useMapParams()
  const [graph, setGraph] = useState<MapGraph | undefined>(undefined)
  const query = useMemo(() => JSON.stringify({ gateway: params.gw, open: params.open, q: params.q, limit: params.hosts, focus: params.pin }), [params])
  useEffect(() => {
    const end = new AbortController()
    void fetch(`/graph?${encodeURIComponent(query)}`, { signal: end.signal }).then((reply) => reply.json()).then((data) => setGraph(mapView.data.parse(data)), () => undefined)
    return () => end.abort()
  }, [query])
  if (!graph) return null
  return <MapView cluster="bench" graph={graph} asked={{}} params={params} setParams={setParams} revision={1} facts={[{ label: 'Declared', text: 'rev 1' }]} stale={null} forbidden={[]} />
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<NuqsAdapter><div style={{ display: 'grid', height: '100vh' }}><Page /></div></NuqsAdapter>)
