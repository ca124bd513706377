import { describe, expect, it } from 'vitest'
import type { KubeObject } from '@/lib/mesh/resource'
import { noDrafts, readDraft, reduceDrafts, type DraftAction, type DraftState } from './draft-state'

const base: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'a', namespace: 'n', resourceVersion: '5' }, spec: { http: [{ timeout: '1s' }] } }
const open: DraftAction = { kind: 'open', draft: { key: 'n/a', kindKey: 'virtualservices.networking.istio.io', namespace: 'n', name: 'a', base, resourceVersion: '5' } }
const timeout = (value: string): DraftAction => ({ kind: 'edit', key: 'n/a', edits: [{ kind: 'set', path: ['spec', 'http', 0, 'timeout'], value }] })
const after = (...actions: readonly DraftAction[]): DraftState => actions.reduce(reduceDrafts, noDrafts)

function operations(state: DraftState): unknown {
  const draft = state.drafts['n/a']
  const reading = draft && readDraft(draft)
  return reading?.ok === true ? reading.operations : reading
}

describe('drafts', () => {
  it('undo and redo over form and text alike', () => {
    const edited = after(open, timeout('2s'), timeout('3s'))
    expect(operations(edited)).toEqual([{ op: 'replace', path: '/spec/http/0/timeout', value: '3s' }])
    const undone = reduceDrafts(edited, { kind: 'undo' })
    expect(operations(undone)).toEqual([{ op: 'replace', path: '/spec/http/0/timeout', value: '2s' }])
    expect(operations(reduceDrafts(undone, { kind: 'undo' }))).toEqual([])
    expect(operations(reduceDrafts(undone, { kind: 'redo' }))).toEqual(operations(edited))
  })

  it('keep text that cannot be read, and say where', () => {
    const state = after(open, { kind: 'write', key: 'n/a', text: 'spec: [\n' })
    expect(operations(state)).toMatchObject({ ok: false, issues: [{ line: expect.any(Number) as number }] })
    expect(reduceDrafts(state, timeout('2s')).refused).toContain('cannot be read')
    expect(reduceDrafts(state, timeout('2s')).drafts['n/a']?.text).toBe('spec: [\n')
  })

  it('follow the cluster while nothing was changed in them, and take up what was kept only when they open', () => {
    const read = (resourceVersion: string, kept?: string): DraftAction => ({ kind: 'read', draft: { key: 'n/a', kindKey: 'virtualservices.networking.istio.io', namespace: 'n', name: 'a', base, resourceVersion }, ...(kept === undefined ? {} : { kept }) })
    expect(after(read('5', 'kind: Y\n')).drafts['n/a']?.text).toBe('kind: Y\n')
    expect(after(read('5'), read('6', 'kind: Y\n')).drafts['n/a']).toMatchObject({ resourceVersion: '6', text: after(open).drafts['n/a']?.text })
    expect(after(read('5'), timeout('2s'), read('6')).drafts['n/a']?.resourceVersion).toBe('5')
    const opened = after(read('5'), timeout('2s'))
    expect(reduceDrafts(opened, read('5'))).toBe(opened)
  })

  it('start anew on another version', () => {
    const state = after(open, timeout('2s'), { kind: 'rebase', key: 'n/a', base, resourceVersion: '9', text: 'kind: X\n' })
    expect([state.drafts['n/a']?.resourceVersion, state.past]).toEqual(['9', []])
    expect(after(open, timeout('2s'), { kind: 'reset', key: 'n/a' }).past).toHaveLength(2)
  })
})
