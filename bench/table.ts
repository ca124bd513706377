import { meets, type BenchRow } from './row'

/** The rows as one table: a figure a line, its sizes beside each other, its goal, and which miss it. */
export function benchTable(rows: readonly BenchRow[], sizes: readonly number[]): string {
  const byWhat = new Map<string, BenchRow[]>()
  for (const row of rows) byWhat.set(`${row.what} (${row.unit})`, [...(byWhat.get(`${row.what} (${row.unit})`) ?? []), row])
  const head = ['', ...sizes.map((n) => `n = ${n}`), 'goal', '']
  const lines = [...byWhat].map(([what, group]) => {
    const last = group.at(-1)
    const cells = group.every((row) => row.n === null) ? [...sizes.slice(1).map(() => ''), figure(last?.value)] : sizes.map((n) => figure(group.find((row) => row.n === n)?.value))
    const goal = last?.limit == null ? '' : `${last.atLeast === true ? '≥' : '≤'} ${last.limit}`
    return [what, ...cells, goal, [group.every(meets) ? '' : 'MISSES', group.find((row) => row.note !== undefined)?.note ?? ''].filter((word) => word !== '').join(' ')]
  })
  const widths = head.map((_, at) => Math.max(...[head, ...lines].map((line) => (line[at] ?? '').length)))
  return [head, ...lines].map((line) => line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(at === line.length - 1 ? 0 : (widths[at] ?? 0)))).join('  ').trimEnd()).join('\n')
}

function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value >= 100 ? String(Math.round(value)) : value >= 1 ? value.toFixed(1) : value.toFixed(3)
}
