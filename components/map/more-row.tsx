import type { MapGraph } from '@/lib/mesh/graph/model'
import { placeStyle } from './map-rows'
import { count } from './map-words'

/** The row for what is not shown: `+ 214 hosts, 3 with problems`; a click shows more of them. */
export function MoreRow({ totals, y, x, width, onMore }: { readonly totals: MapGraph['totals']; readonly y: number; readonly x: number; readonly width: number; readonly onMore: () => void }) {
  return (
    <div className="map-more" style={placeStyle({ y, x, width, height: 28 })} role="treeitem" aria-level={3} aria-selected={false} aria-label={`show more of ${totals.more} hosts`} onClick={onMore}>
      <span className="link">{moreText(totals)}</span>
    </div>
  )
}

/** `+ 214 hosts, 3 with problems`. */
export function moreText(totals: MapGraph['totals']): string {
  const problems = totals.moreWithProblems > 0 ? `, ${totals.moreWithProblems} with problems` : ''
  return `+ ${count(totals.more, 'host')}${problems}`
}
