import { describe, expect, it } from 'vitest'
import { openEventStream } from './event-stream'
import { encodeJson, encodeTail } from '../cluster-session/encode'
import { createRateLimit } from './rate-limit'

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Readonly<Record<string, unknown>>> {
  const { value } = await reader.read()
  return JSON.parse(new TextDecoder().decode(value).slice('data: '.length))
}

describe('an event stream', () => {
  it('says hello, then numbers what it sends under the client’s own keys', async () => {
    const stream = openEventStream('a-stream')
    const reader = stream.body.getReader()
    expect(await read(reader)).toMatchObject({ kind: 'hello', id: 'a-stream' })
    stream.event('k', { kind: 'event', topic: 1, subscriber: null, event: 'view', tail: encodeTail({ epoch: 'e', from: null, to: 3, data: { a: 1 } }) })
    stream.lines('logs', { kind: 'lines', topic: 2, subscriber: null, lines: encodeJson([['p', 't', 'x']]), count: 1, dropped: 0 })
    expect(await read(reader)).toEqual({ kind: 'view', seq: 1, key: 'k', epoch: 'e', from: null, to: 3, data: { a: 1 } })
    expect(await read(reader)).toEqual({ kind: 'lines', seq: 2, key: 'logs', dropped: 0, count: 1, lines: [['p', 't', 'x']] })
    stream.close()
  })

  it('drops lines for a client that does not read, and tells exactly how many', async () => {
    const stream = openEventStream('slow')
    const lines = encodeJson(Array.from({ length: 1_000 }, (_, index) => ['p', 't', `${index}${'x'.repeat(1_000)}`]))
    for (let batch = 0; batch < 20; batch++) stream.lines('logs', { kind: 'lines', topic: 1, subscriber: null, lines, count: 1_000, dropped: 0 })
    const reader = stream.body.getReader()
    await read(reader)
    let got = 0
    let dropped = 0
    for (let batch = 0; batch < 5; batch++) {
      const event = await read(reader)
      got += Array.isArray(event['lines']) ? event['lines'].length : 0
      dropped += Number(event['dropped'])
      if (batch === 3) stream.lines('logs', { kind: 'lines', topic: 1, subscriber: null, lines: encodeJson([]), count: 0, dropped: 0 })
      if (got + dropped === 20_000) break
      if (batch === 4) stream.lines('logs', { kind: 'lines', topic: 1, subscriber: null, lines: encodeJson([]), count: 0, dropped: 0 })
    }
    while (got + dropped < 20_000) {
      const event = await read(reader)
      got += Array.isArray(event['lines']) ? event['lines'].length : 0
      dropped += Number(event['dropped'])
    }
    expect(got + dropped).toBe(20_000)
    expect(dropped).toBeGreaterThan(0)
    stream.close()
  })

  it('leaves a view’s event out when the client does not read, and asks for the whole once it does', async () => {
    const stream = openEventStream('slow')
    const tail = encodeTail({ epoch: 'e', from: null, to: 1, data: 'x'.repeat(5 * 1024 * 1024) })
    expect(stream.event('k', { kind: 'event', topic: 1, subscriber: null, event: 'view', tail })).toBe(true)
    expect(stream.event('k', { kind: 'event', topic: 1, subscriber: null, event: 'view', tail })).toBe(false)
    const asked = new Promise<void>((done) => stream.whenDrained('k', done))
    const reader = stream.body.getReader()
    await read(reader)
    await read(reader)
    await asked
    stream.close()
  })
})

describe('the rate limit', () => {
  it('lets a burst through, then so many a second, each session by itself', () => {
    let now = 0
    const limit = createRateLimit({ rate: 2, burst: 3, now: () => now })
    for (let i = 0; i < 3; i++) limit.take('a')
    expect(() => limit.take('a')).toThrow('Too many')
    limit.take('b')
    now += 500
    limit.take('a')
    expect(() => limit.take('a')).toThrow('Too many')
  })
})
