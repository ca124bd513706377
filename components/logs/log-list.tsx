'use client'
import { useEffect, useLayoutEffect, useRef, type MouseEvent } from 'react'
import { Button } from '../ui/button'
import { useKeys } from '../ui/use-keys'
import type { LogFrame, LogLineRow } from './engine/protocol'
import { formatCount } from './line-words'
import { LogRowView } from './log-row'

const overscan = 24
const pointerRests = 2_000

/** The rows, newest first; only those in view exist. What comes while someone scrolls or points waits at the top. */
export function LogList({ frame, rowHeight, pods, chosen, onChoose, onTerm, onWindow, onReading, jump, children }: {
  readonly frame: LogFrame | undefined
  readonly rowHeight: number
  readonly pods: readonly string[]
  readonly chosen: number | undefined
  readonly onChoose: (row: LogLineRow) => void
  /** A value was clicked: filter by it, or exclude it. */
  readonly onTerm: (term: string, exclude: boolean) => void
  readonly onWindow: (window: { readonly first: number; readonly count: number }) => void
  /** Whether rows that come must wait, since someone reads. */
  readonly onReading: (reading: boolean) => void
  /** A row to go to; a new object for each going. */
  readonly jump: { readonly index: number } | undefined
  readonly children?: React.ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const rests = useRef<ReturnType<typeof setTimeout>>(undefined)
  const pointing = useRef(false)
  const pressed = useRef<{ readonly row?: LogLineRow | undefined; readonly term?: string | undefined }>({})
  const total = frame?.total ?? 0
  const away = () => (box.current?.scrollTop ?? 0) > 4

  const look = () => {
    const at = box.current
    if (!at) return
    const around = at.scrollTop > 4 ? overscan : 2
    onWindow({ first: Math.max(0, Math.floor(at.scrollTop / rowHeight) - around), count: Math.ceil(at.clientHeight / rowHeight) + 2 * around })
  }
  const point = (on: boolean) => {
    clearTimeout(rests.current)
    if (on) rests.current = setTimeout(() => point(false), pointerRests)
    pointing.current = on
    onReading(on || away())
  }
  const latest = useRef({ look, point })
  useEffect(() => { latest.current = { look, point } })

  useEffect(() => {
    if (!box.current) return
    const watch = new ResizeObserver(() => latest.current.look())
    watch.observe(box.current)
    return () => {
      watch.disconnect()
      clearTimeout(rests.current)
    }
  }, [])
  useEffect(() => latest.current.look(), [rowHeight])
  useLayoutEffect(() => {
    if (jump && box.current) box.current.scrollTop = jump.index * rowHeight
  }, [jump, rowHeight])

  // What was pressed counts, not what lies under the pointer when it is let go: rows may have moved on in between.
  const press = (target: EventTarget) => {
    if (!(target instanceof Element)) return
    const id = Number(target.closest('[data-id]')?.getAttribute('data-id'))
    const row = frame?.rows.find((one) => one.kind === 'line' && one.id === id)
    pressed.current = { row: row?.kind === 'line' ? row : undefined, term: target.closest('[data-term]')?.getAttribute('data-term') ?? undefined }
  }
  const onClick = (event: MouseEvent) => {
    const { row, term } = pressed.current
    pressed.current = {}
    if (term !== undefined && window.matchMedia('(hover: hover)').matches) onTerm(term, event.altKey)
    else if (row) onChoose(row)
  }
  const move = (step: 1 | -1) => {
    const [at, rows] = [box.current, frame?.rows ?? []]
    if (!at || !frame) return
    const from = rows.findIndex((row) => row.id === chosen)
    const inView = Math.max(0, Math.floor(at.scrollTop / rowHeight) - frame.first)
    for (let index = from < 0 ? inView : from + step; index >= 0 && index < rows.length; index += step) {
      const row = rows[index]
      if (row?.kind !== 'line') continue
      const top = (frame.first + index) * rowHeight
      if (top < at.scrollTop) at.scrollTop = top
      else if (top + rowHeight > at.scrollTop + at.clientHeight) at.scrollTop = top + rowHeight - at.clientHeight
      return onChoose(row)
    }
  }
  useKeys({ ArrowDown: () => move(1), ArrowUp: () => move(-1) })

  const waiting = frame?.waiting ?? 0
  return (
    <>
      <div
        ref={box} className="logs-lines" role="log" aria-live="off" aria-label="Log lines" tabIndex={0} onClick={onClick}
        onScroll={() => { look(); onReading(pointing.current || away()) }}
        onPointerMove={(event) => { if (event.pointerType === 'mouse') point(true) }} onPointerDown={(event) => { press(event.target); point(true) }} onPointerLeave={() => point(false)}
      >
        {children}
        <div style={{ height: total * rowHeight, position: 'relative' }}>
          <div className="logs-window" style={{ transform: `translateY(${(frame?.first ?? 0) * rowHeight}px)` }}>
            {frame?.rows.map((row) => <LogRowView key={row.id} row={row} podIndex={pods.indexOf(row.pod)} selected={chosen === row.id} />)}
          </div>
        </div>
      </div>
      {waiting > 0 ? <Button className="logs-newest" icon="up" onClick={() => { if (box.current) box.current.scrollTop = 0; point(false) }}>{formatCount(waiting)} newer</Button> : null}
    </>
  )
}
