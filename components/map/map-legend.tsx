import { Segmented } from '@/components/ui/segmented'
import type { Density } from '@/lib/mesh/graph/layout-rows'

const densities = [{ value: 'strip', label: 'Strip' }, { value: 'line', label: 'Lines' }, { value: 'detail', label: 'Detail' }] as const satisfies readonly { readonly value: Density; readonly label: string }[]

/** What the drawing's signs mean, and how dense it is. */
export function MapLegend({ rates, density, onDensity }: { readonly rates: boolean; readonly density: Density; readonly onDensity: (density: Density) => void }) {
  return (
    <div className="map-legend">
      <span><svg width="28" height="10" aria-hidden="true"><path d="M0 2.5h28" stroke="currentColor" /><path d="M0 7.5h28" stroke="currentColor" strokeWidth="4" /></svg>{rates ? 'width: requests/s' : 'width: share'}</span>
      <span><svg width="28" height="10" aria-hidden="true"><path d="M0 5h28" stroke="currentColor" strokeWidth="1.5" strokeDasharray="5 4" /></svg>mirror</span>
      <span><svg width="22" height="10" aria-hidden="true"><path d="M0 5h16" stroke="currentColor" strokeDasharray="1 3" /><path d="M18 1v8" className="end" strokeWidth="1.5" /></svg>never reached</span>
      <span><svg width="5" height="10" aria-hidden="true"><path d="M0 0h5v10h-5z" fill="currentColor" /></svg>ready <svg width="5" height="10" aria-hidden="true"><path d="M.6 .6h3.8v8.8h-3.8z" className="end" fill="none" strokeWidth="1.25" /></svg>not ready</span>
      <span className="map-density"><Segmented label="Density" value={density} segments={densities} onChange={onDensity} /></span>
    </div>
  )
}

/** The density one step denser (`1`: more on each row) or wider. */
export function stepDensity(density: Density, step: 1 | -1): Density {
  const at = densities.findIndex((candidate) => candidate.value === density)
  return densities[Math.max(0, Math.min(densities.length - 1, at + step))]?.value ?? density
}
