import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { listContexts } from '@/lib/kube/contexts'
import { startSession, type SessionEvent } from '@/lib/server/http/session-client'
import { percentile } from './row'

/**
 * A process with one cluster session and nothing else: reads a cluster until it is synced, asks for views, hears of
 * changes, waits, and prints what that cost as JSON. Arguments: kubeconfig, worker bundle, server, seconds to wait, state folder.
 */
const [kubeconfig = '', workerFile = '', server = '', waitSeconds = '0', stateFolder = ''] = process.argv.slice(2)

async function main(): Promise<void> {
  const slug = listContexts({ file: kubeconfig }).contexts[0]?.slug ?? ''
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let hear: (event: SessionEvent) => void = () => undefined
  const startedAt = performance.now()
  const session = startSession(workerFile, { slug, source: { file: kubeconfig }, stateFolder }, { onEvent: (event) => hear(event), onFacts: () => undefined, onEnd: () => undefined })
  const ask = async (view: string): Promise<{ readonly millis: number; readonly bytes: number; readonly text: string }> => {
    const at = performance.now()
    const bytes = await session.call({ method: 'view', view, params: {} }, AbortSignal.timeout(240_000))
    return { millis: performance.now() - at, bytes: bytes.length, text: new TextDecoder().decode(bytes) }
  }
  while (!(await ask('status')).text.includes('"synced":true')) await new Promise((done) => setTimeout(done, 20))
  const synced = performance.now() - startedAt
  const map = await ask('map')
  await ask('gateways')
  const first: { readonly namespace: string; readonly name: string } = await (await fetch(`${server}/change`, { method: 'POST' })).json()
  const next = (topic: number, within = 200_000): Promise<void> => new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`no event of topic ${topic} within ${within} ms`)), within)
    hear = (event) => { if (event.topic === topic) { clearTimeout(late); done() } }
  })
  const opened = next(2)
  session.post({ kind: 'subscribe', topic: 1, view: 'map', params: {}, subscriber: 1, since: null })
  session.post({ kind: 'subscribe', topic: 2, view: 'object', params: { kind: 'virtualservices.networking.istio.io', ...first }, subscriber: 1, since: null })
  await opened
  const changes: number[] = []
  for (let run = 0; run < 40; run++) {
    const at = performance.now()
    const heard = next(2)
    await (await fetch(`${server}/change`, { method: 'POST' })).text()
    await heard
    changes.push(performance.now() - at)
  }
  const loop = delay.percentile(99) / 1e6
  session.post({ kind: 'unsubscribe', topic: 1 })
  session.post({ kind: 'unsubscribe', topic: 2 })
  const count = async (): Promise<number> => Number(await (await fetch(`${server}/count`)).text())
  const before = await count()
  const seconds = Number(waitSeconds)
  await new Promise((done) => setTimeout(done, seconds * 1_000))
  const steady = seconds === 0 ? null : (await count() - before) / seconds
  const rss = process.memoryUsage().rss / 1_048_576
  console.log(JSON.stringify({ synced, map: map.millis, mapKilobytes: map.bytes / 1024, changeP50: percentile(changes.slice(5), 50), changeP99: percentile(changes.slice(5), 99), loop, rss, steady }))
  await session.stop()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
