import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { ruleModel, sharesOf } from './rule-model'
import { actionWords, matchWords, ruleWords } from './rule-words'

const rule: JsonObject = {
  name: 'cart',
  match: [{ uri: { prefix: '/cart/' }, method: { exact: 'GET' }, headers: { 'x-beta': {}, 'x-a': { exact: '1' } }, queryParams: { v: { regex: '[0-9]+' } }, port: 443, sourceLabels: { a: 'b' } }],
  route: [{ destination: { host: 'cart', subset: 'v1', port: { number: 80 } }, weight: 90 }, { destination: { host: 'cart', subset: 'v2' }, weight: 10, headers: {} }],
  timeout: '3s',
  retries: { attempts: 2 },
  fault: { delay: {} },
  'k8s-future': 1,
}

describe('a rule as a sentence', () => {
  it('is read field by field, and lists what has no form', () => {
    const model = ruleModel(rule)
    expect(ruleWords(model)).toEqual(['GET /cart/* x-beta x-a=1 ?v=~[0-9]+ port 443 sourceLabels'])
    expect(actionWords(model.action)).toBe('v1 90, v2 10')
    expect(model.raw.map(({ name }) => name)).toEqual(['fault', 'k8s-future'])
    expect(model.action.kind === 'route' && sharesOf(model.action.destinations)).toEqual([90, 10])
    expect(matchWords(undefined)).toBe('/*')
  })

  it('shows redirects, and keeps a rewrite that it cannot show whole', () => {
    expect(actionWords(ruleModel({ redirect: { uri: '/', authority: 'a.com' } }).action)).toBe('301 → a.com/')
    const model = ruleModel({ rewrite: { uriRegexRewrite: { match: 'a', rewrite: 'b' } } })
    expect([model.rewrite, model.raw.map(({ name }) => name)]).toEqual([null, ['rewrite']])
  })

  it('never loses a top-level field and never throws', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('name', 'match', 'route', 'redirect', 'timeout', 'retries', 'rewrite', 'other'), fc.jsonValue({ maxDepth: 3 })), (value) => {
      const object = value as Json
      if (!isJsonObject(object)) return
      const model = ruleModel(object)
      for (const [key, held] of Object.entries(object)) {
        const shown = model.raw.some(({ name }) => name === key) || ['name', 'match', 'route', 'redirect', 'timeout', 'retries', 'rewrite'].includes(key)
        expect(shown || held === undefined).toBe(true)
      }
      ruleWords(model)
      actionWords(model.action)
    }))
  })
})
