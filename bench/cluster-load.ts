import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import type { BenchRow } from './row'
import { benchTable } from './table'

const figuresSchema = z.object({ synced: z.number(), map: z.number(), mapKilobytes: z.number(), changeP50: z.number(), changeP99: z.number(), loop: z.number(), rss: z.number(), steady: z.number().nullable() })

/**
 * What a cluster session costs at the sizes, in a process of its own: cold start to synced beside the plain reading of the
 * same lists, first map, change → event with the map looked at, memory 60 s after (at the largest), the HTTP thread's event
 * loop, requests while nobody does anything.
 */
export async function benchClusterLoad(sizes: readonly number[]): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = []
  for (const n of sizes) rows.push(...await loadAt(n, n === Math.max(...sizes) ? 60 : 0))
  return rows
}

async function loadAt(n: number, wait: number): Promise<readonly BenchRow[]> {
  const root = import.meta.meridianRoot ?? process.cwd()
  const tools: { bundle(entry: string): Promise<string> } = await import(pathToFileURL(join(root, 'bin', 'run-ts.mjs')).href)
  const [serverFile, sessionFile, workerFile] = [await tools.bundle('bench/cluster-load-server.ts'), await tools.bundle('bench/cluster-load-session.ts'), await tools.bundle('lib/server/cluster-session/session-worker.ts')]
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'))
  const started: ChildProcess[] = []
  const start = (file: string, args: readonly string[]): ChildProcess & { readonly stdout: NonNullable<ChildProcess['stdout']> } => {
    const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    started.push(child)
    return child
  }
  try {
    const [port] = z.tuple([z.string()]).parse(await once(createInterface(start(serverFile, [String(n)]).stdout), 'line'))
    const server = `http://127.0.0.1:${port}`
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'load', clusters: [{ name: 'load', cluster: { server, 'insecure-skip-tls-verify': true } }], users: [{ name: 'load', user: {} }], contexts: [{ name: 'load', context: { cluster: 'load', user: 'load' } }] }))
    const plain = await readPlainly(server)
    const session = start(sessionFile, [kubeconfig, workerFile, server, String(wait), folder])
    const [line] = z.tuple([z.string()]).parse(await Promise.race([once(createInterface(session.stdout), 'line'), once(session, 'exit').then(() => { throw new Error(`The session of ${n} VirtualServices ended without figures.`) })]))
    const figures = figuresSchema.parse(JSON.parse(line))
    const note = `plain reading ${Math.round(plain)} ms`
    return [
      { what: 'cold start to synced', n, value: figures.synced, unit: 'ms', limit: null, note },
      { what: 'cold start to synced, times plain reading', n, value: figures.synced / plain, unit: '×', limit: 1.5 },
      { what: 'first map through the session', n, value: figures.map, unit: 'ms', limit: null },
      { what: 'first map over the wire', n, value: figures.mapKilobytes, unit: 'KB', limit: 50 },
      { what: 'change to event, p50', n, value: figures.changeP50, unit: 'ms', limit: 100 },
      { what: 'change to event, p99', n, value: figures.changeP99, unit: 'ms', limit: 500 },
      { what: 'event loop of the HTTP thread, p99', n, value: figures.loop, unit: 'ms', limit: 20 },
      ...(figures.steady === null ? [] : [
        { what: 'memory 60 s after sync, without Next', n, value: figures.rss, unit: 'MB', limit: 500 } as const,
        { what: 'requests while nobody does anything', n, value: figures.steady, unit: 'requests/s', limit: 0.2 } as const,
      ]),
    ]
  } finally {
    for (const child of started) child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Reads the lists of the kinds that hold objects, as bytes, all at once. Gives milliseconds. */
async function readPlainly(server: string): Promise<number> {
  const at = performance.now()
  const paths = ['/api/v1/pods', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices', '/apis/networking.istio.io/v1/virtualservices', '/apis/networking.istio.io/v1/gateways', '/apis/networking.istio.io/v1/destinationrules', '/apis/networking.istio.io/v1/serviceentries']
  await Promise.all(paths.map(async (path) => {
    const reply = await fetch(`${server}${path}?watch=true`)
    let last = Buffer.alloc(0)
    const reader = reply.body?.getReader()
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      const tail = Buffer.concat([last, part.value])
      if (tail.includes('initial-events-end')) break
      last = tail.subarray(-64)
    }
    await reader?.cancel()
  }))
  return performance.now() - at
}

if (process.argv[1]?.endsWith('bench/cluster-load.ts') === true) {
  const sizes = [Number(process.argv[2] ?? 2_500)]
  benchClusterLoad(sizes).then((rows) => console.log(benchTable(rows, sizes)), (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
}
