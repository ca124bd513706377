// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import * as z from 'zod/mini'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineView } from '@/lib/contract/view'
import { useLiveView } from './use-live-view'

const view = defineView({ name: 'rows', params: z.object({}), data: z.object({ rows: z.array(z.string()) }) })

/** An EventSource whose messages the test sends. */
class FakeSource {
  static readonly opened: FakeSource[] = []
  onmessage: ((event: { readonly data: string }) => void) | null = null
  onerror: (() => void) | null = null
  constructor(readonly url: string) { FakeSource.opened.push(this) }
  close(): void { this.onmessage = null }
  say(event: object): void { this.onmessage?.({ data: JSON.stringify(event) }) }
}

const answers: { status: number; body: object }[] = []
const asked: string[] = []

beforeEach(() => {
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('fetch', (url: string, init?: { readonly method?: string }) => {
    asked.push(`${init?.method ?? 'GET'} ${url}`)
    if (init?.method === 'PUT') return Promise.resolve(new Response(null, { status: 204 }))
    const { status, body } = answers.shift() ?? { status: 500, body: {} }
    return Promise.resolve(new Response(JSON.stringify(body), { status }))
  })
})

afterEach(() => {
  cleanup()
  answers.length = 0
  asked.length = 0
  vi.unstubAllGlobals()
})

function show(cluster: string) {
  const client = new QueryClient()
  const wrapper = ({ children }: { readonly children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>
  return renderHook(() => useLiveView(view, cluster), { wrapper })
}

const reply = (n: number, rows: readonly string[], epoch = 'e') => ({ status: 200, body: { revision: { epoch, n }, data: { rows } } })
const key = (cluster: string) => `/api/c/${cluster}/views/rows`

async function opened(): Promise<FakeSource> {
  await waitFor(() => expect(FakeSource.opened.at(-1)?.onmessage).toBeTruthy())
  const source = FakeSource.opened.at(-1)
  if (!source) throw new Error('no stream')
  return source
}

it('shows the first answer, then follows patches, then fetches where a patch does not fit', async () => {
  answers.push(reply(1, ['a']))
  const { result } = show('one')
  expect(result.current).toMatchObject({ loading: true, data: undefined })
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['a'] }))
  const source = await opened()
  act(() => source.say({ kind: 'view', seq: 1, key: key('one'), epoch: 'e', from: 1, to: 2, patch: [{ op: 'add', path: '/rows/-', value: 'b' }] }))
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['a', 'b'] }))
  expect(result.current.revision).toEqual({ epoch: 'e', n: 2 })

  answers.push(reply(9, ['z']))
  act(() => source.say({ kind: 'view', seq: 2, key: key('one'), epoch: 'e', from: 8, to: 9, patch: [] }))
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['z'] }))
  expect(asked.filter((line) => line.startsWith('GET'))).toHaveLength(2)
})

it('applies what came while it was fetching', async () => {
  answers.push(reply(1, ['a']))
  const { result } = show('two')
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['a'] }))
  const source = await opened()
  answers.push(reply(5, ['five']))
  act(() => {
    source.say({ kind: 'view', seq: 1, key: key('two'), epoch: 'e', from: 4, to: 5, patch: [] })
    source.say({ kind: 'view', seq: 2, key: key('two'), epoch: 'e', from: 5, to: 6, patch: [{ op: 'replace', path: '/rows/0', value: 'six' }] })
  })
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['six'] }))
})

it('refuses data that is not of the agreed form and keeps what it has', async () => {
  answers.push(reply(1, ['a']))
  const { result } = show('three')
  await waitFor(() => expect(result.current.data).toEqual({ rows: ['a'] }))
  const source = await opened()
  answers.push({ status: 200, body: { revision: { epoch: 'e', n: 2 }, data: { rows: 5 } } })
  act(() => source.say({ kind: 'view', seq: 1, key: key('three'), epoch: 'e', from: 1, to: 2, data: { rows: [1] } }))
  await waitFor(() => expect(result.current.error?.code).toBe('internal'))
  expect(result.current.data).toEqual({ rows: ['a'] })
})

it('gives the server\'s own error with what is missing', async () => {
  answers.push({ status: 403, body: { error: { code: 'forbidden', message: 'no', missing: { verb: 'list', resource: 'virtualservices.networking.istio.io', namespace: 'shop' } } } })
  const { result } = show('four')
  await waitFor(() => expect(result.current.error?.code).toBe('forbidden'))
  expect(result.current.error?.details.missing?.namespace).toBe('shop')
  expect(result.current.loading).toBe(false)
})
