import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffJson } from '@/lib/std/json-patch'
import type { KubeObject } from '../resource'
import { applyEdits } from './apply-edit'
import { diffLines, diffStat } from './diff-lines'
import { draftText, editablePart, mergeEdited, parseDraft } from './draft-text'
import type { Edit } from './edit'
import { itemText, linesOf, replaceItem } from './rule-text'

const stored: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name: 'storefront', namespace: 'shop', uid: 'u1', resourceVersion: '7', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"a":1}' }, managedFields: [{ manager: 'x' }],
  },
  spec: {
    hosts: ['shop.example.com'], 'x-unknown': { deep: [1, { k: null }] },
    http: [
      { match: [{ uri: { prefix: '/cart/' } }], route: [{ destination: { host: 'cart', subset: 'v1' }, weight: 90 }, { destination: { host: 'cart', subset: 'v2' }, weight: 10 }], 'k8s-future': { foo: 'bar' } },
      { route: [{ destination: { host: 'storefront' } }] },
    ],
  },
  status: { observedGeneration: 3 },
}

function edited(edits: readonly Edit[], text = draftText(stored)): { readonly text: string; readonly patch: ReturnType<typeof diffJson> } {
  const applied = applyEdits(text, edits)
  if (!applied.ok) throw new Error(applied.error)
  const object = parseDraft(applied.value)
  if (!object.ok) throw new Error(JSON.stringify(object.error))
  return { text: applied.value, patch: diffJson(stored, mergeEdited(stored, object.value)) }
}

describe('a draft', () => {
  it('that nobody changed asks for no change', () => {
    expect(edited([]).patch).toEqual([])
  })

  it('changes only the value that was edited, whatever else the object holds', () => {
    expect(edited([{ kind: 'set', path: ['spec', 'http', 0, 'route', 0, 'weight'], value: 75 }]).patch).toEqual([{ op: 'replace', path: '/spec/http/0/route/0/weight', value: 75 }])
  })

  it('hides the server’s fields and brings them back', () => {
    const part = editablePart(stored)
    expect(part['status']).toBeUndefined()
    expect(part['metadata']).toEqual({ name: 'storefront', namespace: 'shop' })
    expect(mergeEdited(stored, part)).toEqual(stored)
  })

  it('keeps the hidden annotation when the visible ones are edited', () => {
    expect(edited([{ kind: 'set', path: ['metadata', 'annotations', 'note'], value: 'hi' }]).patch).toEqual([{ op: 'add', path: '/metadata/annotations/note', value: 'hi' }])
  })

  it('keeps comments and order', () => {
    const text = 'kind: VirtualService\nspec:\n  http:\n    # canary, ask before more than half\n    - route:\n        - weight: 90 # most\n'
    const { text: after } = edited([{ kind: 'set', path: ['spec', 'http', 0, 'route', 0, 'weight'], value: 75 }], text)
    expect(after).toBe(text.replace('90', '75'))
  })

  it('inserts, moves and removes rules, and makes what is missing on the way', () => {
    const { patch } = edited([
      { kind: 'insert', path: ['spec', 'http'], index: 0, value: { name: 'new' } },
      { kind: 'move', path: ['spec', 'http'], from: 0, to: 1 },
      { kind: 'remove', path: ['spec', 'http', 1] },
      { kind: 'set', path: ['spec', 'http', 1, 'retries', 'attempts'], value: 2 },
    ])
    expect(patch).toEqual([{ op: 'add', path: '/spec/http/1/retries', value: { attempts: 2 } }])
  })

  it('removes the objects that a removal leaves empty', () => {
    const base = draftText(stored)
    const { text } = edited([{ kind: 'set', path: ['spec', 'http', 1, 'retries', 'attempts'], value: 2 }])
    expect(edited([{ kind: 'remove', path: ['spec', 'http', 1, 'retries', 'attempts'] }], text).text).toBe(base)
  })

  it('refuses an edit that does not fit', () => {
    expect(applyEdits(draftText(stored), [{ kind: 'remove', path: ['spec', 'nothing'] }])).toMatchObject({ ok: false, error: expect.stringContaining('spec.nothing') })
    expect(applyEdits(draftText(stored), [{ kind: 'set', path: ['kind', 'x'], value: 1 }])).toMatchObject({ ok: false })
  })

  it('edits a rule as YAML in place', () => {
    const base = draftText(stored)
    const rule = itemText(base, ['spec', 'http'], 0)
    expect(rule.ok && rule.value).toContain('k8s-future')
    const replaced = replaceItem(base, { list: ['spec', 'http'], index: 0 }, `${rule.ok ? rule.value : ''}timeout: 3s\n`)
    const object = replaced.ok ? parseDraft(replaced.value) : replaced
    expect(object.ok && diffJson(stored, mergeEdited(stored, object.value))).toEqual([{ op: 'add', path: '/spec/http/0/timeout', value: '3s' }])
    expect(linesOf(base, ['spec', 'http', 1])).toMatchObject({ first: expect.any(Number) as number })
  })
})

describe('text of a person', () => {
  it.each([
    ['a: 1\na: 2\n', 2], ['a: &x [*x]\n', 1], ['a:\n  <<: {b: 1}\n', 2], ['__proto__: {x: 1}\n', 1], ['a: !!js/function "x"\n', 1],
    ['- 1\n', 1], ['a:\n\t- 1\n', 2], ['a: {\n', 2], ['a: b: c\n', 1], ['x\n', 1], ['--- \na: 1\n---\nb: 2\n', 3],
  ])('%j is refused at its line', (text, line) => {
    const parsed = parseDraft(text)
    expect(parsed.ok).toBe(false)
    expect(!parsed.ok && parsed.error.some((issue) => Math.abs(issue.line - line) <= 1)).toBe(true)
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', ':', ' ', '\n', '-', '{', '}', '[', ']', '&', '*', '!', '"', "'", '#', '|', '>', '?', '\t') }), (text) => {
      parseDraft(text)
      applyEdits(text, [{ kind: 'set', path: ['a', 'b', 0], value: 1 }])
    }))
    expect(parseDraft('['.repeat(100_000)).ok).toBe(false)
  })
})

describe('a line diff', () => {
  it('turns the one text into the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd')).map((lines) => lines.map((line) => `${line}\n`).join(''))
    fc.assert(fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      expect(lines.filter((line) => line.kind !== '+').map((line) => `${line.text}\n`).join('')).toBe(before)
      expect(lines.filter((line) => line.kind !== '-').map((line) => `${line.text}\n`).join('')).toBe(after)
    }))
  })

  it('is as short as can be', () => {
    expect(diffStat(diffLines('a\nb\nc\nd\n', 'a\nc\nx\nd\n'))).toEqual({ added: 1, removed: 1 })
  })
})
