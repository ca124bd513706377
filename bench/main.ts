import { existsSync } from 'node:fs'
import { benchClusterLoad } from './cluster-load'
import { benchDump, benchEngine } from './engine'
import { benchFirstLoad } from './first-load'
import { benchLogs } from './logs'
import { benchMap } from './map'
import { meets, type BenchRow } from './row'
import { benchTable } from './table'

/**
 * `npm run bench`: the figures of performance.md as one table, at n = 625, 2,500 and 10,000 VirtualServices, with Pilot's
 * time beside the compile where Pilot is built. Names as arguments choose parts. Exit 1 when a figure misses its goal.
 */
const sizes = [625, 2_500, 10_000]
const parts: { readonly [name: string]: () => Promise<readonly BenchRow[]> } = {
  engine: () => benchEngine(sizes),
  dump: async () => benchDump(),
  logs: async () => benchLogs(),
  map: async () => benchMap(sizes),
  cluster: () => benchClusterLoad(sizes),
  'first-load': async () => (existsSync('.next/BUILD_ID') ? (await benchFirstLoad()).map(({ screen, kilobytes, limit }): BenchRow => ({ what: `first load, ${screen}`, n: null, value: kilobytes, unit: 'KB', limit })) : []),
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2)
  const unknown = asked.filter((name) => !Object.hasOwn(parts, name))
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}.`)
  const rows: BenchRow[] = []
  for (const [name, run] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    process.stderr.write(`${name} …\n`)
    rows.push(...await run())
  }
  console.log(benchTable(rows, sizes))
  const missed = rows.filter((row) => !meets(row))
  console.log(missed.length === 0 ? 'Every figure meets its goal.' : `${missed.length} of ${rows.length} figures miss their goal.`)
  process.exitCode = missed.length === 0 ? 0 : 1
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
})
