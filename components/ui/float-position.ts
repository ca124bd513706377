/** A box in viewport pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Where a float stands against its anchor. */
export type Placement = 'below-start' | 'below-end' | 'above-start'

/**
 * The left and top of a float beside its anchor: under (or over) it with a gap of 4 px, turned to the other side
 * where there is more room, and kept 8 px inside the viewport.
 */
export function placeFloat({ anchor, float, viewport, placement }: {
  readonly anchor: Box
  readonly float: { readonly width: number; readonly height: number }
  readonly viewport: { readonly width: number; readonly height: number }
  readonly placement: Placement
}): { readonly left: number; readonly top: number } {
  const below = anchor.top + anchor.height + 4
  const above = anchor.top - 4 - float.height
  const fitsBelow = below + float.height <= viewport.height - 8
  const fitsAbove = above >= 8
  const top = placement === 'above-start' ? (fitsAbove ? above : below) : fitsBelow || !fitsAbove ? below : above
  const left = placement === 'below-end' ? anchor.left + anchor.width - float.width : anchor.left
  return {
    left: Math.max(8, Math.min(left, viewport.width - 8 - float.width)),
    top: Math.max(8, Math.min(top, viewport.height - 8 - Math.min(float.height, viewport.height - 16))),
  }
}
