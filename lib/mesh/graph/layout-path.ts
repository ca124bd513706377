/** The largest radius of an edge's arcs, px. */
export const edgeRadius = 20

/**
 * An edge as an SVG path: a line, an arc, a riser in its lane, an arc, a line; straight when both ends are level.
 * The radius shrinks with the room there is and is never more than `edgeRadius`.
 */
export function edgePath(edge: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number; readonly lane: number }): string {
  const { x0, y0, x1, y1, lane } = edge
  const rise = y1 - y0
  if (Math.abs(rise) < 0.5) return `M${n(x0)} ${n(y0)}H${n(x1)}`
  const radius = Math.max(0, Math.min(edgeRadius, Math.abs(rise) / 2, lane - x0, x1 - lane))
  const down = rise > 0
  const sign = down ? radius : -radius
  return `M${n(x0)} ${n(y0)}H${n(lane - radius)}A${n(radius)} ${n(radius)} 0 0 ${down ? 1 : 0} ${n(lane)} ${n(y0 + sign)}V${n(y1 - sign)}A${n(radius)} ${n(radius)} 0 0 ${down ? 0 : 1} ${n(lane + radius)} ${n(y1)}H${n(x1)}`
}

function n(value: number): number {
  return Math.round(value * 100) / 100
}

/** One riser that needs a lane: from which to which y. */
export interface Riser {
  readonly from: number
  readonly to: number
}

/**
 * A lane (0 … lanes − 1) for each riser, such that two in one lane do not touch while lanes are free; when all are taken the one
 * that becomes free first is shared.
 */
export function assignLanes(risers: readonly Riser[], lanes: number): readonly number[] {
  const order = risers.map((riser, index) => ({ index, top: Math.min(riser.from, riser.to), bottom: Math.max(riser.from, riser.to) })).sort((a, b) => a.top - b.top || a.bottom - b.bottom)
  const free = new Array<number>(Math.max(1, lanes)).fill(Number.NEGATIVE_INFINITY)
  const result = new Array<number>(risers.length).fill(0)
  for (const riser of order) {
    let chosen = free.findIndex((bottom) => bottom < riser.top - 4)
    if (chosen < 0) chosen = free.indexOf(Math.min(...free))
    free[chosen] = Math.max(free[chosen] ?? 0, riser.bottom)
    result[riser.index] = chosen
  }
  return result
}

/** Stroke widths: 1 + k·√rate up to 10 px where traffic is known, else a thin line that tells shares apart. */
export function edgeWidth(share: number, rate: number | null): number {
  if (rate === null) return Math.round((1 + 1.5 * Math.sqrt(share)) * 100) / 100
  return Math.round(Math.min(10, 1 + 1.7 * Math.sqrt(rate * share)) * 100) / 100
}

/** Offsets from the middle of a row for edges that share it: the first (heaviest) level, the others beside it, below and above in turn by `side`. */
export function stackOffsets(widths: readonly number[], sides: readonly (-1 | 0 | 1)[]): readonly number[] {
  const first = widths[0] ?? 0
  const used = { above: first / 2, below: first / 2 }
  return widths.map((width, index) => {
    if (index === 0) return 0
    const key = sides[index] === -1 ? 'above' : 'below'
    const offset = used[key] + 0.6 + width / 2
    used[key] = offset + width / 2
    return key === 'above' ? -offset : offset
  })
}
