import { Readable } from 'node:stream'
import * as z from 'zod/mini'
import { describe, expect, it } from 'vitest'
import { logItemSchema } from '@/lib/contract/views/logs'
import type { KubeStream, KubeTransport } from '@/lib/kube/transport'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { createLogTopics } from './log-topics'
import type { FromSession } from './protocol'
import type { SessionState } from './session-state'

const snapshot = snapshotOf([
  ['gateways.networking.istio.io', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'g', namespace: 'istio-system' }, spec: { selector: { istio: 'ingressgateway' }, servers: [] } }],
  ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'gw', namespace: 'istio-system', labels: { istio: 'ingressgateway' } }, spec: { containers: [{ name: 'istio-proxy' }] } }],
  ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } }, spec: { containers: [{ name: 'discovery' }] } }],
])
const state: SessionState = {
  snapshot, cluster: { slug: 's', context: 'c', version: null, environment: null }, connection: 'connected', unreachableSince: null, kinds: [],
  gateways: () => gatewayWorkloads(snapshot), compiled: () => undefined, problems: () => [],
}

/** Answers log requests by pod; every further opening of a log says that the pod is gone. */
function transportOf(logs: Readonly<Record<string, readonly string[] | 403>>): KubeTransport & { readonly asked: string[] } {
  const asked: string[] = []
  const never = (): never => { throw new Error('not used here') }
  return {
    asked, send: never, json: never, webSocket: never, close: () => Promise.resolve(),
    stream: ({ path, query }): Promise<KubeStream> => {
      const pod = path.split('/').at(-2) ?? ''
      const again = asked.includes(pod)
      asked.push(pod)
      const log = logs[pod] ?? []
      const status = log === 403 ? 403 : again ? 404 : 200
      const text = log === 403 || again ? JSON.stringify({ kind: 'Status', code: status, message: `cannot get resource "pods/log"` }) : log.join('\n')
      expect(query?.['follow']).toBe('true')
      return Promise.resolve({ status, headers: {}, body: Readable.from([Buffer.from(text)]) })
    },
  }
}

describe('a logs view', () => {
  it('merges pods by time, in the contract’s form, and gives later readers what there was', async () => {
    const sent: FromSession[] = []
    let heard: () => void = () => undefined
    const first = new Promise<void>((done) => { heard = done })
    const transport = transportOf({ gw: ['2026-01-01T00:00:01.5Z one', '2026-01-01T00:00:03Z three'], istiod: ['2026-01-01T00:00:02.25Z two'] })
    const topics = createLogTopics({ transport, state: () => state, send: (message) => { sent.push(message); heard() } })
    topics.subscribe({ kind: 'subscribe', topic: 1, view: 'logs', params: { istiod: 'true', gateway: 'istio-system/gw' }, subscriber: 1, since: null })
    await first
    const [message] = sent
    const items = z.array(logItemSchema).parse(JSON.parse(new TextDecoder().decode(message?.kind === 'lines' ? message.lines : new Uint8Array())))
    expect(items.filter((item) => Array.isArray(item))).toEqual([
      ['istio-system/gw', '2026-01-01T00:00:01.500000000Z', 'one'], ['istio-system/istiod', '2026-01-01T00:00:02.250000000Z', 'two'], ['istio-system/gw', '2026-01-01T00:00:03.000000000Z', 'three'],
    ])
    topics.subscribe({ kind: 'subscribe', topic: 1, view: 'logs', params: {}, subscriber: 2, since: null })
    expect(sent.at(-1)).toMatchObject({ kind: 'lines', subscriber: 2, dropped: 0 })
    topics.stop()
  })

  it('says which right is missing', async () => {
    const sent: FromSession[] = []
    let heard: () => void = () => undefined
    const error = new Promise<void>((done) => { heard = done })
    const topics = createLogTopics({ transport: transportOf({ gw: 403 }), state: () => state, send: (message) => { sent.push(message); if (message.kind === 'event') heard() } })
    topics.subscribe({ kind: 'subscribe', topic: 1, view: 'logs', params: { gateway: 'istio-system/gw' }, subscriber: 1, since: null })
    await error
    const message = sent.find((one) => one.kind === 'event')
    expect(new TextDecoder().decode(message?.kind === 'event' ? message.tail : undefined)).toContain('"missing":{"verb":"get","resource":"pods/log","namespace":"istio-system"}')
    topics.stop()
  })
})
