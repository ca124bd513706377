import { describe, expect, it } from 'vitest'
import { createLogStore, rowMatcher } from './log-store'

describe('the log store', () => {
  it('merges pods by time, keeps markers through a filter and counts what was skipped', () => {
    const store = createLogStore()
    store.add([['n/a', '2026-01-01T00:00:02Z', 'second GET'], ['n/b', '2026-01-01T00:00:01Z', 'first']], 0)
    store.add([{ marker: 'resumed', pod: 'n/a', at: '2026-01-01T00:00:03Z', message: 'resumed at the same line' }], 4)
    expect(store.rows(() => true).map((row) => row.text)).toEqual(['first', 'second GET', '4 lines skipped: they came faster than this browser takes them', 'resumed at the same line'])
    expect(store.rows(rowMatcher('get')).map((row) => row.kind)).toEqual(['line', 'marker', 'marker'])
    expect(store.skipped()).toBe(4)
  })

  it('takes what a stream that began anew sends again only once', () => {
    const store = createLogStore()
    const items: [string, string, string][] = [['n/a', '2026-01-01T00:00:01Z', 'x'], ['n/b', '2026-01-01T00:00:01Z', 'x'], ['n/a', '2026-01-01T00:00:01Z', 'y'], ['n/a', '2026-01-01T00:00:02Z', 'x']]
    store.add(items, 0)
    store.add([...items, ['n/a', '2026-01-01T00:00:03Z', 'new']], 0)
    expect(store.rows(() => true).map((row) => `${row.pod} ${row.text}`)).toEqual(['n/a x', 'n/b x', 'n/a y', 'n/a x', 'n/a new'])
  })

  it('keeps the newest fifty thousand', () => {
    const store = createLogStore()
    store.add(Array.from({ length: 60_000 }, (_, index): readonly [string, string, string] => ['n/a', `2026-01-01T00:00:${String(index).padStart(9, '0')}Z`, `line ${index}`]).map(([pod, time, text]) => [pod, time, text]), 0)
    expect(store.kept()).toBe(50_000)
    expect(store.rows(() => true).at(-1)?.text).toBe('line 59999')
  })
})
