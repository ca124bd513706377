import * as z from 'zod/mini'
import { logItemSchema, type LogLine, type LogMarker } from '@/lib/contract/views/logs'
import { compileRe2 } from '@/lib/mesh/re2'
import { createLogEngine, type LogEngine } from './log-engine'
import type { FromLogWorker, ToLogWorker } from './protocol'

/** Most lines kept in a browser: performance.md. */
const limit = 1_000_000
const judgeFor = 12

const markerSchema = z.object({ lines: z.array(z.unknown()), dropped: z.number() })

const newEngine = (): LogEngine => createLogEngine({
  limit,
  find: (source) => {
    const expression = compileRe2(source)
    return expression === null ? undefined : (text) => expression.matcher(text).find()
  },
})

let engine = newEngine()
let window = { first: 0, count: 80 }
let filter = ''
let group: string | null = null
let held = false
let drawn = true
let changed = false
let brokenAt: number | undefined
let judging = false
let again: ReturnType<typeof setTimeout> | undefined

const post = (message: FromLogWorker): void => self.postMessage(message)

/** One frame at a time: the next is made when the last was drawn. */
function show(): void {
  changed = true
  if (!drawn) return
  drawn = false
  changed = false
  post({ kind: 'frame', frame: engine.frame(window, performance.now()) })
  clearTimeout(again)
  // The sums are told a few times a second, and the rate falls by itself: one more frame after the last change.
  again = setTimeout(show, 600)
}

function judge(): void {
  if (judging) return
  judging = true
  const step = (): void => {
    const end = performance.now() + judgeFor
    let count = 0
    const more = engine.judge(() => (++count & 255) === 0 && performance.now() > end)
    judging = more
    show()
    if (more) setTimeout(step, 0)
  }
  step()
}

function take(text: string, droppedBefore: number): void {
  const event = markerSchema.safeParse(JSON.parse(text))
  if (!event.success) return
  const items: (LogLine | LogMarker)[] = []
  for (const line of event.data.lines) {
    if (isLine(line)) items.push(line)
    else {
      const parsed = logItemSchema.safeParse(line)
      if (!parsed.success) continue
      items.push(parsed.data)
      if ('marker' in parsed.data && parsed.data.missing !== undefined) post({ kind: 'missing', missing: parsed.data.missing })
    }
  }
  engine.add(items, event.data.dropped + droppedBefore, performance.now())
  show()
}

/** The contract's logLineSchema by hand: fifty thousand lines a second pass here. */
function isLine(value: unknown): value is LogLine {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === 'string' && typeof value[1] === 'string' && typeof value[2] === 'string'
}

function reset(): void {
  engine = newEngine()
  engine.setFilter(filter)
  engine.setGroup(group)
  engine.hold(held)
  brokenAt = undefined
}

function hear(message: ToLogWorker): void {
  switch (message.kind) {
    case 'event':
      take(message.text, message.dropped)
      return post({ kind: 'taken', characters: message.text.length })
    case 'reset': reset(); return show()
    case 'broken': brokenAt ??= message.at; return
    case 'resumed':
      if (brokenAt !== undefined) engine.gap({ from: brokenAt, to: message.at })
      brokenAt = undefined
      return
    case 'window': window = { first: message.first, count: message.count }; return show()
    case 'filter': filter = message.text; engine.setFilter(filter); return judge()
    case 'group': group = message.key; engine.setGroup(group); return judge()
    case 'hold': held = message.on; engine.hold(held); return show()
    case 'drawn':
      drawn = true
      if (changed) show()
      return
    case 'export': return post({ kind: 'exported', blob: new Blob([...engine.written()].map((part) => new Blob([part])), { type: 'text/plain' }) })
  }
}

self.onmessage = (event: MessageEvent<ToLogWorker>) => hear(event.data)
