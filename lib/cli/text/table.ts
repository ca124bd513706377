import type { Paint } from './paint'
import { breakName } from './wrap'

/** A row: its cells, and a line under them. */
export interface TableRow {
  readonly cells: readonly string[]
  readonly below?: string | undefined
}

const gap = 2
const narrowest = 6

/**
 * Rows under bold headings, within `columns`: where the cells do not fit, the widest columns give way and their cells
 * go on in the next line, so that nothing is cut off.
 */
export function table(heads: readonly string[], rows: readonly TableRow[], at: { readonly columns: number; readonly paint: Paint }): string {
  const natural = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => (row.cells[column] ?? '').length)))
  const widths = fit(natural, at.columns - gap * (heads.length - 1))
  const lines = (cells: readonly string[]): readonly string[] => {
    const broken = heads.map((_, column) => breakName(cells[column] ?? '', widths[column] ?? narrowest))
    return Array.from({ length: Math.max(...broken.map((cell) => cell.length)) }, (_, line) => broken.map((cell, column) => (cell[line] ?? '').padEnd(widths[column] ?? 0)).join(' '.repeat(gap)).trimEnd())
  }
  const below = ({ below: text }: TableRow): readonly string[] => (text === undefined ? [] : breakName(text, at.columns - 4).map((line) => at.paint.dim(`    ${line}`)))
  return [...lines(heads).map(at.paint.bold), ...rows.flatMap((row) => [...lines(row.cells), ...below(row)])].map((line) => `${line}\n`).join('')
}

function fit(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural]
  for (let total = widths.reduce((sum, width) => sum + width, 0); total > room; total -= 1) {
    const widest = widths.indexOf(Math.max(...widths))
    const width = widths[widest] ?? 0
    if (width <= narrowest) break
    widths[widest] = width - 1
  }
  return widths
}
