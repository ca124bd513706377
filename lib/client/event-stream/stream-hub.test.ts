import { describe, expect, it } from 'vitest'
import type { FromHub, HubPort } from './protocol'
import { createStreamHub, type HubSurroundings } from './stream-hub'

/** Surroundings whose time is moved by hand. */
function fakeSurroundings() {
  let time = 0
  let ids = 0
  const timers = new Set<{ readonly at: number; readonly action: () => void }>()
  const sources: { readonly url: string; readonly hear: { readonly message: (text: string) => void; readonly error: () => void }; closed: boolean }[] = []
  const puts: { readonly url: string; readonly keys: readonly string[]; readonly body: string }[] = []
  let status = 204
  const around: HubSurroundings = {
    openSource: (url, hear) => {
      const source = { url, hear, closed: false }
      sources.push(source)
      return () => { source.closed = true }
    },
    put: (url, body) => {
      const parsed: { subscriptions: { key: string }[] } = JSON.parse(body)
      puts.push({ url, body, keys: parsed.subscriptions.map((subscription) => subscription.key) })
      return Promise.resolve(status)
    },
    now: () => time,
    after: (milliseconds, action) => {
      const timer = { at: time + milliseconds, action }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    streamUrl: (id) => `/s/${id}`,
    newId: () => `id${++ids}`,
  }
  const advance = (milliseconds: number) => {
    const end = time + milliseconds
    for (;;) {
      const next = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      timers.delete(next)
      time = next.at
      next.action()
    }
    time = end
  }
  const last = () => { const source = sources.at(-1); if (!source) throw new Error('no source'); return source }
  const say = (event: object) => last().hear.message(JSON.stringify(event))
  return { around, sources, puts, advance, last, say, answer: (next: number) => { status = next } }
}

function tab() {
  const heard: FromHub[] = []
  const port: HubPort = { postMessage: (message) => heard.push(message) }
  return { port, heard, events: () => heard.filter((message) => message.kind === 'event'), state: () => heard.filter((message) => message.kind === 'state').at(-1)?.state }
}

const subscription = (key: string, n?: number) => ({ key, cluster: 'c', view: 'v', params: {}, ...(n === undefined ? {} : { since: { epoch: 'e', n } }) })

describe('stream hub', () => {
  it('opens one source for all tabs and puts their united subscriptions after hello', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const [a, b] = [tab(), tab()]
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x', 1) })
    hub.receive(b.port, { kind: 'subscribe', subscription: subscription('x', 1) })
    hub.receive(b.port, { kind: 'subscribe', subscription: subscription('y') })
    fake.advance(50)
    expect(fake.puts).toEqual([])
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    fake.advance(50)
    expect(fake.sources).toHaveLength(1)
    expect(fake.puts.map((put) => put.keys)).toEqual([['x', 'y']])
    expect(a.state()).toMatchObject({ state: 'open' })
  })

  it('hands an event to the tabs that asked for its key only', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const [a, b] = [tab(), tab()]
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    hub.receive(b.port, { kind: 'subscribe', subscription: subscription('y') })
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    fake.say({ kind: 'view', seq: 1, key: 'x', epoch: 'e', from: 1, to: 2, patch: [] })
    expect([a.events().length, b.events().length]).toEqual([1, 0])
  })

  it('calls a silent stream lost after two heartbeats and opens a new one that resumes at the revision it held', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const a = tab()
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x', 1) })
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    fake.say({ kind: 'view', seq: 1, key: 'x', epoch: 'e', from: 1, to: 7, patch: [] })
    fake.advance(5_900)
    expect(a.state()).toMatchObject({ state: 'open' })
    fake.advance(200)
    expect(a.state()).toMatchObject({ state: 'lost', retryAt: 6_500 })
    expect(fake.sources[0]?.closed).toBe(true)
    fake.advance(500)
    expect(fake.sources).toHaveLength(2)
    fake.say({ kind: 'hello', id: 'id2', heartbeatSeconds: 2 })
    fake.advance(20)
    expect(JSON.parse(fake.puts.at(-1)?.body ?? '')).toEqual({ subscriptions: [subscription('x', 7)] })
    expect(a.state()).toMatchObject({ state: 'open', retryAt: null })
  })

  it('waits longer after each failure, and tries at once when asked', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const a = tab()
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    const waits: number[] = []
    for (let attempt = 0; attempt < 6; attempt++) {
      fake.last().hear.error()
      const retryAt = a.state()?.retryAt ?? 0
      waits.push(retryAt - fake.around.now())
      fake.advance(retryAt - fake.around.now())
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000])
    fake.last().hear.error()
    const before = fake.sources.length
    hub.receive(a.port, { kind: 'retry' })
    expect(fake.sources).toHaveLength(before + 1)
  })

  it('takes a refused PUT as a lost stream', async () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const a = tab()
    fake.answer(404)
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    fake.advance(20)
    await Promise.resolve()
    await Promise.resolve()
    expect(a.state()).toMatchObject({ state: 'lost' })
  })

  it('closes the stream a while after the last subscription, and opens it for the next', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const a = tab()
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    hub.receive(a.port, { kind: 'unsubscribe', key: 'x' })
    fake.advance(4_000)
    expect(fake.last().closed).toBe(false)
    fake.advance(2_000)
    expect(fake.last().closed).toBe(true)
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    expect(fake.sources).toHaveLength(2)
  })

  it('forgets a tab that has gone', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    const [a, b] = [tab(), tab()]
    hub.receive(a.port, { kind: 'subscribe', subscription: subscription('x') })
    hub.receive(b.port, { kind: 'subscribe', subscription: subscription('y') })
    fake.say({ kind: 'hello', id: 'id1', heartbeatSeconds: 2 })
    fake.advance(20)
    hub.receive(a.port, { kind: 'bye' })
    fake.advance(20)
    expect(fake.puts.at(-1)?.keys).toEqual(['y'])
  })

  it('survives what is no event', () => {
    const fake = fakeSurroundings()
    const hub = createStreamHub(fake.around)
    hub.receive(tab().port, { kind: 'subscribe', subscription: subscription('x') })
    for (const text of ['', 'null', '[]', '{', '{"kind":5}']) fake.last().hear.message(text)
    expect(fake.last().closed).toBe(false)
  })
})
