import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '@/lib/contract/views/logs'
import { createLogEngine } from './log-engine'
import type { LogEngine } from './log-engine'

const all = { first: 0, count: 10_000 }
const engineOf = (limit = 1_000): LogEngine => createLogEngine({ limit, find: (source) => (source === '(' ? undefined : (text) => text.includes(source)) })
const texts = (engine: LogEngine): readonly string[] => engine.frame(all, 0).rows.map((row) => row.text)
const at = (second: number, pod = 'n/a', text = `line ${second}`): LogLine => [pod, `2026-01-01T00:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000000000Z`, text]
const access = (second: number, status: number, flags: string, cluster: string): LogLine => at(second, 'n/a', `[2026-01-01T00:00:00.000Z] "GET /cart HTTP/1.1" ${status} ${flags} via_upstream - "-" 0 86 13 12 "10.0.0.1" "curl" "${second}" "shop.example.com" "10.0.0.2:80" ${cluster} - - - - -`)
const judged = (engine: LogEngine): LogEngine => { engine.judge(() => false); return engine }

describe('the log engine', () => {
  it('merges pods by time, newest first, and says what was skipped', () => {
    const engine = engineOf()
    engine.add([at(2), at(1, 'n/b')], 0, 0)
    engine.add([{ marker: 'resumed', pod: 'n/a', at: '2026-01-01T00:00:03Z', message: 'resumed at the same line' }], 4, 0)
    expect(texts(engine)).toEqual(['resumed at the same line', '4 lines skipped: they came faster than they could be sent', 'line 2', 'line 1'])
    expect(engine.frame(all, 0)).toMatchObject({ total: 4, kept: 4, skipped: 4 })
  })

  it('takes what a stream that began anew sends again only once, and says whether something may be missing', () => {
    const engine = engineOf()
    const items = [at(1), at(1, 'n/b'), at(1, 'n/a', 'other'), at(2)]
    engine.add(items, 0, 0)
    engine.gap({ from: 1_000, to: 9_000 })
    engine.add([...items, at(3, 'n/a', 'new')], 0, 0)
    expect(texts(engine)).toEqual(['stream broken for 8 s, resumed at the same lines, 1 came meanwhile, 0 lost', 'new', 'line 2', 'other', 'line 1', 'line 1'])
    engine.gap({ from: 1_000, to: 2_000 })
    engine.gap({ from: 3_000, to: 4_000 })
    engine.add([at(9, 'n/gw-b')], 0, 0)
    expect(texts(engine)[0]).toBe('stream broken for 3 s, resumed; lines of b from in between may be missing')
  })

  it('keeps the newest of its limit, exactly', () => {
    const engine = engineOf(100)
    for (let second = 0; second < 250; second++) engine.add([at(second)], 0, 0)
    expect(engine.frame(all, 0)).toMatchObject({ kept: 100, total: 100 })
    expect([texts(engine)[0], texts(engine)[99]]).toEqual(['line 249', 'line 150'])
  })

  it('filters by terms, keeps markers, and keeps the former filter when the new one is wrong', () => {
    const engine = engineOf()
    engine.add([access(1, 200, '-', 'outbound|80||a.n.svc.cluster.local'), access(2, 503, 'UF', 'outbound|80||a.n.svc.cluster.local'), { marker: 'gone', pod: 'n/a', at: '2026-01-01T00:00:03Z', message: 'gone' }], 0, 0)
    engine.setFilter('status:5xx')
    expect(judged(engine).frame(all, 0)).toMatchObject({ total: 2, issues: [], judged: 1 })
    engine.setFilter('status:5xx host:')
    expect(engine.frame(all, 0)).toMatchObject({ total: 2, issues: [{ from: 11, to: 16 }] })
    engine.setFilter('/(/')
    expect(engine.frame(all, 0).issues).toHaveLength(1)
  })

  it('holds what comes while held, counts it, and puts it in its place after', () => {
    const engine = engineOf()
    engine.add([at(1), at(5)], 0, 0)
    engine.hold(true)
    engine.add([at(3), at(6)], 0, 0)
    expect(texts(engine)).toEqual(['line 5', 'line 1'])
    expect(engine.frame(all, 0)).toMatchObject({ waiting: 2, kept: 4 })
    engine.hold(false)
    expect(texts(engine)).toEqual(['line 6', 'line 5', 'line 3', 'line 1'])
  })

  it('counts groups over what fits the filter, the histogram over what is shown', () => {
    const engine = engineOf()
    engine.add([access(1, 200, '-', 'outbound|80|v1|a.n.svc.cluster.local'), access(2, 200, '-', 'outbound|80|v1|a.n.svc.cluster.local'), access(3, 404, 'NR', '-')], 0, 0)
    const summary = engine.frame(all, 1_000).summary
    expect(summary?.groups.map((group) => [group.status, group.flags, group.words, group.count])).toEqual([[404, 'NR', 'no rule, shop.example.com', 1], [200, '', 'a·v1:80', 2]])
    expect([summary?.access, summary?.failing]).toEqual([3, 1])
    engine.setGroup(summary?.groups[0]?.key ?? null)
    const chosen = judged(engine).frame(all, 2_000)
    expect([chosen.total, chosen.summary?.groups.length, chosen.summary?.histogram.bars.reduce((sum, bar) => sum + bar.all, 0)]).toEqual([1, 2, 1])
  })

  it('says the same after any order of coming, filtering, holding and dropping', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), seconds: fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 30 }) }),
      fc.record({ kind: fc.constant('filter' as const), text: fc.constantFrom('', 'line 1', '-"line 2"', '/3/') }),
      fc.record({ kind: fc.constant('hold' as const), on: fc.boolean() }),
      fc.record({ kind: fc.constant('judge' as const), count: fc.integer({ min: 1, max: 20 }) }),
    )
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const engine = engineOf(40)
      const plain = engineOf(40)
      let filter = ''
      for (const one of steps) {
        if (one.kind === 'add') {
          for (const second of one.seconds) {
            engine.add([at(second)], 0, 0)
            plain.add([at(second)], 0, 0)
          }
        } else if (one.kind === 'filter') engine.setFilter(filter = one.text)
        else if (one.kind === 'hold') engine.hold(one.on)
        else {
          let count = 0
          engine.judge(() => ++count > one.count)
        }
      }
      engine.hold(false)
      judged(engine)
      plain.setFilter(filter)
      judged(plain)
      expect(texts(engine)).toEqual(texts(plain))
      const [mine, theirs] = [engine.frame(all, 9_999), plain.frame(all, 9_999)]
      expect(mine.summary?.histogram.bars.map((bar) => bar.all)).toEqual(theirs.summary?.histogram.bars.map((bar) => bar.all))
    }), { numRuns: 200 })
  })
})
