import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createInterface } from 'node:readline'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { listContexts } from '@/lib/kube/contexts'
import { startSession, type SessionEvent } from '@/lib/server/http/session-client'

/**
 * What a cluster session costs at a size: cold start to synced beside the plain reading of the same bytes, first map,
 * change → patch, memory, the HTTP thread's event loop. `node bin/run-ts.mjs bench/cluster-load.ts [n]`.
 */
const n = Number(process.argv[2] ?? 2_500)
async function main(): Promise<void> {
  const root = import.meta.meridianRoot ?? process.cwd()
  const tools: { bundle(entry: string): Promise<string> } = await import(pathToFileURL(join(root, 'bin', 'run-ts.mjs')).href)
  const [serverFile, workerFile] = [await tools.bundle('bench/cluster-load-server.ts'), await tools.bundle('lib/server/cluster-session/session-worker.ts')]
  const child = spawn(process.execPath, [serverFile, String(n)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bench-'))

  try {
    const port = await new Promise<string>((done) => createInterface(child.stdout).once('line', done))
    const server = `http://127.0.0.1:${port}`
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'load', clusters: [{ name: 'load', cluster: { server, 'insecure-skip-tls-verify': true } }], users: [{ name: 'load', user: {} }], contexts: [{ name: 'load', context: { cluster: 'load', user: 'load' } }] }))
    const plain = await readPlainly(server)
    const slug = listContexts({ file: kubeconfig }).contexts[0]?.slug ?? ''
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    let hear: (event: SessionEvent) => void = () => undefined
    const startedAt = performance.now()
    const session = startSession(workerFile, { slug, source: { file: kubeconfig }, stateFolder: folder }, { onEvent: (event) => hear(event), onFacts: () => undefined, onEnd: () => undefined })
    const ask = async (view: string, params: Readonly<Record<string, string>> = {}): Promise<{ readonly millis: number; readonly bytes: number; readonly text: string }> => {
      const at = performance.now()
      const bytes = await session.call({ method: 'view', view, params }, AbortSignal.timeout(120_000))
      return { millis: Math.round(performance.now() - at), bytes: bytes.length, text: new TextDecoder().decode(bytes) }
    }
    for (;;) {
      const { text } = await ask('status')
      if (text.includes('"synced":true')) break
      await new Promise((done) => setTimeout(done, 20))
    }
    const synced = Math.round(performance.now() - startedAt)
    const map = await ask('map')
    const again = await ask('map')
    const changes: number[] = []
    const first: { readonly namespace: string; readonly name: string } = await (await fetch(`${server}/change`, { method: 'POST' })).json()
    session.post({ kind: 'subscribe', topic: 1, view: 'object', params: { kind: 'virtualservices.networking.istio.io', ...first }, subscriber: 1, since: null })
    await new Promise<void>((done) => { hear = () => done() })
    for (let i = 0; i < 10; i++) {
      const at = performance.now()
      const heard = new Promise<void>((done) => { hear = (event) => { if (event.topic === 1) done() } })
      await fetch(`${server}/change`, { method: 'POST' })
      await Promise.race([heard, new Promise((done) => setTimeout(done, 3_000))])
      changes.push(performance.now() - at)
    }
    changes.sort((a, b) => a - b)
    console.log(JSON.stringify({
      n, plainReadMs: plain.millis, plainMB: Math.round(plain.bytes / 1_048_576), syncedMs: synced, ratio: Number((synced / plain.millis).toFixed(2)),
      mapFirstMs: map.millis, mapAgainMs: again.millis, mapBytes: map.bytes, changeP50: Math.round(changes[5] ?? 0), changeMax: Math.round(changes.at(-1) ?? 0),
      rssMB: Math.round(process.memoryUsage().rss / 1_048_576), loopP99Ms: Math.round(delay.percentile(99) / 1e6),
    }))
    await session.stop()
  } finally {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function readPlainly(server: string): Promise<{ readonly millis: number; readonly bytes: number }> {
  const at = performance.now()
  const paths = ['/api/v1/pods', '/api/v1/services', '/apis/discovery.k8s.io/v1/endpointslices', '/apis/networking.istio.io/v1/virtualservices', '/apis/networking.istio.io/v1/gateways', '/apis/networking.istio.io/v1/destinationrules', '/apis/networking.istio.io/v1/serviceentries']
  const sizes = await Promise.all(paths.map(async (path) => {
    const reply = await fetch(`${server}${path}?watch=true`)
    let bytes = 0
    let last = Buffer.alloc(0)
    const reader = reply.body?.getReader()
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      bytes += part.value.length
      const tail = Buffer.concat([last, part.value])
      if (tail.includes('initial-events-end')) break
      last = tail.subarray(-64)
    }
    await reader?.cancel()
    return bytes
  }))
  return { millis: Math.round(performance.now() - at), bytes: sizes.reduce((sum, one) => sum + one, 0) }
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
