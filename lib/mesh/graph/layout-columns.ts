/** One of the five columns, in pixels from the left edge of the map. */
export interface LayoutColumn {
  readonly x: number
  readonly width: number
}

/** The five columns; what lies between them are the gutters in which edges run. */
export interface LayoutColumns {
  readonly entry: LayoutColumn
  readonly server: LayoutColumn
  readonly host: LayoutColumn
  readonly to: LayoutColumn
  readonly pods: LayoutColumn
}

/** Columns and gutters from left to right: at the width of the design with the inspector open, the least, and the share of what is beyond. */
const parts = [
  { base: 112, least: 76, grow: 0.06 },
  { base: 48, least: 20, grow: 0.05 },
  { base: 152, least: 96, grow: 0.15 },
  { base: 48, least: 20, grow: 0.05 },
  { base: 384, least: 220, grow: 0.42 },
  { base: 92, least: 64, grow: 0.06 },
  { base: 136, least: 84, grow: 0.18 },
  { base: 16, least: 8, grow: 0 },
  { base: 72, least: 44, grow: 0.03 },
] as const

/** Five columns that always fit `width`: wider ones get their share of what is there, narrower ones give up to their least. */
export function layoutColumns(width: number): LayoutColumns {
  const base = parts.reduce((sum, part) => sum + part.base, 0)
  const least = parts.reduce((sum, part) => sum + part.least, 0)
  const give = Math.min(1, Math.max(0, (base - width) / (base - least)))
  const beyond = Math.max(0, width - base)
  const widths = parts.map((part) => Math.floor(part.base - (part.base - part.least) * give + beyond * part.grow))
  const at = (index: number): LayoutColumn => ({ x: widths.slice(0, index).reduce((sum, part) => sum + part, 0), width: widths[index] ?? 0 })
  const pods = at(8)
  return { entry: at(0), server: at(2), host: at(4), to: at(6), pods: { x: pods.x, width: Math.max(pods.width, width - pods.x) } }
}
