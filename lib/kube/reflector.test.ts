import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { kindByKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import type { Clock } from './clock'
import { staticCredentials } from './credentials'
import { startReflector, type Reflector } from './reflector'
import type { ReflectorState } from './reflector-state'
import { createTransport, type KubeTransport } from './transport'

const vs = kindByKey('virtualservices.networking.istio.io')!
const ends: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Answer = (request: IncomingMessage, reply: ServerResponse) => void

/** A server whose answers are given in order; the last one is repeated. */
async function serve(answers: readonly Answer[]): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = []
  const server: Server = createServer((request, reply) => {
    asked.push(request.url ?? '')
    answers[Math.min(asked.length, answers.length) - 1]?.(request, reply)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  ends.push(() => new Promise((done) => { server.close(() => done()); server.closeAllConnections() }))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const object = (name: string, resourceVersion: string): object => ({ metadata: { name, namespace: 'shop', resourceVersion, uid: name, managedFields: [{}] }, spec: { unknown: 1 } })
const event = (type: string, value: object): string => `${JSON.stringify({ type, object: value })}\n`
const bookmark = (resourceVersion: string, initial = false): string => event('BOOKMARK', { metadata: { resourceVersion, ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}) } })
const status = (code: number, message: string, headers: Record<string, string> = {}): Answer => (_, reply) => { reply.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ kind: 'Status', code, message })) }
const watch = (text: string, after: 'hold' | 'close' | 'reset' = 'hold'): Answer => (_, reply) => {
  reply.writeHead(200)
  reply.write(text, () => { if (after === 'close') reply.end(); if (after === 'reset') reply.destroy() })
}
const list = (items: readonly object[], resourceVersion: string): Answer => (_, reply) => { reply.end(JSON.stringify({ kind: 'List', metadata: { resourceVersion }, items })) }

/** A clock whose pauses pass at once, counted; `blockAt` holds the pause of that number. */
function fastClock(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = []
  return {
    pauses, now: () => Date.now(), random: () => 0,
    sleep: (milliseconds, signal) => milliseconds > 60_000 ? new Promise((done) => signal.addEventListener('abort', () => done(), { once: true })) : new Promise((done) => { pauses.push(milliseconds); setImmediate(done) }),
  }
}

interface Seen {
  readonly calls: string[]
  readonly states: ReflectorState['state'][]
  readonly clock: ReturnType<typeof fastClock>
  readonly reflector: Reflector
  until(condition: () => boolean): Promise<void>
}

function reflect(url: string): Seen {
  const transport: KubeTransport = createTransport(staticCredentials(url))
  const calls: string[] = []
  const states: ReflectorState['state'][] = []
  const waiting: (() => void)[] = []
  const changed = (): void => { for (const check of [...waiting]) check() }
  const call = (text: string): void => { calls.push(text); changed() }
  const names = (objects: readonly KubeObject[]): string => objects.map((one) => `${one.metadata.name}@${one.metadata.resourceVersion}`).join(',')
  const clock = fastClock()
  const reflector = startReflector({
    transport, kind: vs, namespace: '', clock,
    sink: { replace: (objects) => call(`replace ${names(objects)}`), upsert: (one) => call(`upsert ${names([one])}`), remove: (one) => call(`remove ${names([one])}`) },
    onState: ({ state }) => { if (states.at(-1) !== state) states.push(state); changed() },
  })
  ends.push(async () => { const stopped = reflector.stop(); await transport.close(); await stopped })
  return {
    calls, states, clock, reflector,
    until: (condition) => new Promise((done) => { const check = (): void => { if (condition()) { waiting.splice(waiting.indexOf(check), 1); done() } }; waiting.push(check); check() }),
  }
}

describe('a reflector', () => {
  it('takes the first objects from the watch, replaces at their end, then follows [R8]', async () => {
    const { url } = await serve([watch(event('ADDED', object('a', '1')) + event('ADDED', object('b', '2')) + bookmark('5', true) + event('MODIFIED', object('a', '6')) + event('DELETED', object('b', '7')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.length >= 3)
    expect(seen.calls).toEqual(['replace a@1,b@2', 'upsert a@6', 'remove b@7'])
    expect(seen.states).toEqual(['synced'])
  })

  it('lists where the server knows no initial events, and watches from the list’s version [R2]', async () => {
    const { url, asked } = await serve([status(422, 'sendInitialEvents is forbidden'), list([object('a', '3')], '9'), watch(event('ADDED', object('c', '10')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.length >= 2)
    expect(seen.calls).toEqual(['replace a@3', 'upsert c@10'])
    expect(asked[1]).toContain('resourceVersion=0')
    expect(asked[2]).toContain('resourceVersion=9')
  })

  it('resumes after a clean end from the last version, bookmarks too, without a list [R4, R5]', async () => {
    const { url, asked } = await serve([watch(event('ADDED', object('a', '1')) + bookmark('5', true) + bookmark('8'), 'close'), watch(event('MODIFIED', object('a', '9')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.includes('upsert a@9'))
    expect(asked[1]).toContain('resourceVersion=8')
    expect(asked[1]).not.toContain('sendInitialEvents')
    expect(seen.clock.pauses).toEqual([])
  })

  it('lists exactly once after 410 in the stream, and does not drop what is still there [R5, F2]', async () => {
    const { url, asked } = await serve([
      watch(event('ADDED', object('a', '1')) + bookmark('5', true) + event('ERROR', { kind: 'Status', code: 410, message: 'too old' })),
      watch(event('ADDED', object('a', '1')) + bookmark('20', true)),
    ])
    const seen = reflect(url)
    await seen.until(() => seen.calls.length >= 2)
    expect(seen.calls).toEqual(['replace a@1', 'replace a@1'])
    expect(asked).toHaveLength(2)
  })

  it('waits on 429 as long as it is told, and does not list again [R5, F5]', async () => {
    const { url, asked } = await serve([watch(event('ADDED', object('a', '1')) + bookmark('5', true), 'reset'), status(429, 'slow down', { 'retry-after': '7' }), watch(event('MODIFIED', object('a', '6')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.includes('upsert a@6'))
    expect(asked.slice(1).every((path) => path.includes('resourceVersion=5'))).toBe(true)
    expect(seen.clock.pauses.some((pause) => pause >= 7_000)).toBe(true)
    expect(seen.states).toEqual(['synced', 'stale', 'synced'])
  })

  it('says forbidden after it was refused three times, drops what it had, and probes again [R10, F8]', async () => {
    const { url } = await serve([watch(event('ADDED', object('a', '1')) + bookmark('5', true), 'reset'), status(403, 'no'), status(403, 'no'), status(403, 'no'), watch(event('ADDED', object('a', '1')) + bookmark('6', true))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.length >= 3)
    expect(seen.calls).toEqual(['replace a@1', 'replace ', 'replace a@1'])
    expect(seen.states).toEqual(['synced', 'stale', 'forbidden', 'synced'])
    expect(seen.clock.pauses).toContain(60_000)
  })

  it('keeps what it had when a server that starts refuses it for a moment', async () => {
    const { url } = await serve([watch(event('ADDED', object('a', '1')) + bookmark('5', true), 'reset'), status(403, 'RBAC: not found'), watch(event('MODIFIED', object('a', '6')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.includes('upsert a@6'))
    expect(seen.calls).toEqual(['replace a@1', 'upsert a@6'])
    expect(seen.states).toEqual(['synced', 'stale', 'synced'])
  })

  it('tries each version of the kind before it says absent [R10, F9]', async () => {
    const { url, asked } = await serve([status(404, 'x'), status(404, 'x'), status(404, 'x'), watch(bookmark('6', true))])
    const seen = reflect(url)
    await seen.until(() => seen.states.includes('synced'))
    expect(asked.map((path) => path.split('/')[3])).toEqual(['v1', 'v1beta1', 'v1alpha3', 'v1'])
    expect(seen.states).toEqual(['absent', 'synced'])
  })

  it('lists anew after a line that is no JSON, and skips an object without a name [R7, F4]', async () => {
    const { url } = await serve([watch(bookmark('5', true) + event('ADDED', { spec: {} }) + '{"type":"ADDED","obj\n'), watch(event('ADDED', object('a', '7')) + bookmark('8', true))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.includes('replace a@7'))
    expect(seen.calls).toEqual(['replace ', 'replace a@7'])
  })

  it('treats a watch that ends at once as a failure, with growing pauses [R1, R6]', async () => {
    const ending = watch('', 'close')
    const { url } = await serve([watch(bookmark('5', true) + event('ADDED', object('a', '6')), 'reset'), ending, ending, ending, watch(event('MODIFIED', object('a', '9')))])
    const seen = reflect(url)
    await seen.until(() => seen.calls.includes('upsert a@9'))
    expect(seen.clock.pauses).toEqual([800, 1_600, 3_200, 6_400])
  })
})
