import * as z from 'zod/mini'
import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/contract/app-error'
import { defineView } from '@/lib/contract/view'
import { emptySnapshot } from '@/lib/mesh/snapshot'
import type { FromSession } from './protocol'
import type { SessionState } from './session-state'
import { createTopics } from './topics'
import { defineViewModule } from './view-module'

let value: { list: number[] } | undefined = { list: [1, 2] }

const view = defineViewModule({
  contract: defineView({ name: 'numbers', params: z.object({ of: z.optional(z.string()) }), data: z.object({ list: z.array(z.number()) }) }),
  compute: () => {
    if (!value) throw new AppError('not-found', 'gone')
    return value
  },
})

const state: SessionState = {
  snapshot: emptySnapshot('e'), cluster: { slug: 's', context: 'c', version: null, environment: null }, connection: 'connected', unreachableSince: null, kinds: [],
  gateways: () => [], compiled: () => undefined, problems: () => [],
}

function topicsOf(): { readonly topics: ReturnType<typeof createTopics>; readonly sent: string[] } {
  const sent: string[] = []
  const send = (message: FromSession): void => { if (message.kind === 'event') sent.push(`${message.topic}/${message.subscriber ?? 'all'} ${message.event} {${new TextDecoder().decode(message.tail)}`) }
  return { topics: createTopics({ epoch: 'e', views: [view], state: () => state, ready: () => true, send }), sent }
}

describe('a topic', () => {
  it('sends the whole to who holds nothing, then patches from one revision to the next', () => {
    value = { list: [1, 2] }
    const { topics, sent } = topicsOf()
    topics.subscribe({ topic: 7, view: 'numbers', params: {}, subscriber: 1, since: null })
    topics.renew()
    value = { list: [1, 2, 3] }
    topics.renew()
    expect(sent).toEqual(['7/1 view {"epoch":"e","from":null,"to":1,"data":{"list":[1,2]}}', '7/all view {"epoch":"e","from":1,"to":3,"patch":[{"op":"add","path":"/list/2","value":3}]}'])
  })

  it('sends nothing to who holds what there is, and reads at the same revision', () => {
    value = { list: [1] }
    const { topics, sent } = topicsOf()
    expect(JSON.parse(new TextDecoder().decode(topics.read('numbers', {})))).toEqual({ revision: { epoch: 'e', n: 1 }, data: { list: [1] } })
    topics.renew()
    topics.subscribe({ topic: 7, view: 'numbers', params: {}, subscriber: 1, since: { epoch: 'e', n: 1 } })
    expect(sent).toEqual([])
    expect(JSON.parse(new TextDecoder().decode(topics.read('numbers', {})))).toMatchObject({ revision: { n: 1 } })
  })

  it('tells when what is looked at goes, and sends it whole when it is back', () => {
    value = { list: [1] }
    const { topics, sent } = topicsOf()
    topics.subscribe({ topic: 7, view: 'numbers', params: {}, subscriber: 1, since: null })
    value = undefined
    topics.renew()
    topics.renew()
    value = { list: [1] }
    topics.renew()
    expect(sent.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['7/1 view', '7/all error', '7/all view'])
    expect(sent[2]).toContain('"from":null')
  })

  it('refuses an unknown view, and parameters that the contract refuses', () => {
    const { topics } = topicsOf()
    expect(() => topics.read('nope', {})).toThrow('no view')
    expect(() => topics.read('numbers', { of: ['a', 'b'] })).toThrow('View numbers')
  })
})
