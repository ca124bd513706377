import { parseAccessLog, printable, type AccessLogLine } from '@/lib/mesh/log/access-log'
import type { LogLine, LogMarker } from '@/lib/contract/views/logs'
import { createByteStore } from './byte-store'
import { createColumns, growColumns } from './line-columns'
import { createLineGroups, type LineGroup } from './line-groups'
import { createTimeReader, writeTime, type LineTime } from './line-time'
import type { LogRow } from './protocol'
import { createSlotRing, type SlotRing } from './slot-ring'
import { createWordList } from './word-list'

const marker = 2
const accessLine = 1

/** A line that was taken in: its slot, its place in the order of time, and what was read of it on the way. */
export interface TakenLine {
  readonly slot: number
  readonly index: number
  readonly text: string
  readonly access: AccessLogLine | undefined
}

/** What is known of a line without its text. */
export interface LineHead {
  readonly pod: string
  readonly status: number | undefined
  readonly flags: string
  readonly method: string
  readonly host: string
}

/** The lines kept, as bytes, in the order of their times. */
export interface LogLines {
  /** All kept slots, oldest first. */
  readonly order: SlotRing
  /** Takes a line; undefined where the same line is kept already (a stream that began anew sends its last lines again). */
  readonly take: (item: LogLine | LogMarker) => TakenLine | undefined
  /** Gives up the oldest line. */
  readonly evict: () => void
  readonly textOf: (slot: number) => string
  readonly headOf: (slot: number) => LineHead
  readonly rowOf: (slot: number) => LogRow
  readonly groupOf: (slot: number) => number
  readonly secondsOf: (slot: number) => number
  readonly isMarker: (slot: number) => boolean
  /** Where a slot belongs in a ring of slots. */
  readonly indexIn: (ring: SlotRing, slot: number) => number
  readonly groupAt: (id: number) => LineGroup | undefined
  readonly groups: () => number
  /** Which filter judged a slot, and what it said. */
  readonly verdict: (slot: number) => { readonly judged: number; readonly fits: boolean }
  readonly setVerdict: (slot: number, judged: number, fits: boolean) => void
  readonly bytes: () => number
}

/** No lines yet; room for as many as are taken. */
export function createLogLines(): LogLines {
  let columns = createColumns(4_096)
  let capacity = 4_096
  let used = 0
  let nextId = 1
  const free: number[] = []
  const order = createSlotRing()
  const store = createByteStore()
  const readTime = createTimeReader()
  const [pods, flagWords, methods, hosts] = [createWordList(65_000), createWordList(2_000), createWordList(2_000), createWordList(200_000)]
  const groups = createLineGroups()

  function slotFor(): number {
    const reused = free.pop()
    if (reused !== undefined) return reused
    if (used === capacity) {
      capacity *= 2
      columns = growColumns(columns, capacity)
    }
    return used++
  }

  /** Order by time, then by arrival. */
  function comesAfter(slot: number, time: LineTime, id: number): boolean {
    const seconds = columns.seconds[slot] ?? 0
    if (seconds !== time.seconds) return seconds > time.seconds
    const nanos = columns.nanos[slot] ?? 0
    return nanos === time.nanos ? (columns.id[slot] ?? 0) > id : nanos > time.nanos
  }

  function place(ring: SlotRing, time: LineTime, id: number): number {
    let high = ring.length()
    if (high === 0 || !comesAfter(ring.at(high - 1), time, id)) return high
    let low = 0
    while (low < high) {
      const middle = (low + high) >> 1
      if (comesAfter(ring.at(middle), time, id)) high = middle
      else low = middle + 1
    }
    return low
  }

  const timeOf = (slot: number): LineTime => ({ seconds: columns.seconds[slot] ?? 0, nanos: columns.nanos[slot] ?? 0 })
  const textOf = (slot: number): string => store.read({ chunk: columns.chunk[slot] ?? 0, offset: columns.offset[slot] ?? 0, length: columns.length[slot] ?? 0 })

  function isKept(index: number, time: LineTime, pod: number, text: string): boolean {
    for (let at = index - 1; at >= 0; at--) {
      const slot = order.at(at)
      if (columns.nanos[slot] !== time.nanos || columns.seconds[slot] !== time.seconds) return false
      if (columns.pod[slot] === pod && textOf(slot) === text) return true
    }
    return false
  }

  return {
    order,
    take(item) {
      const isMarker = 'marker' in item
      const time = readTime(isMarker ? item.at : item[1])
      const raw = isMarker ? item.message : item[2]
      const text = printable(raw)
      const pod = pods.idOf(isMarker ? item.pod : item[0])
      const index = place(order, time, nextId)
      if (isKept(index, time, pod, text)) return undefined
      const access = isMarker ? undefined : parseAccessLog(raw)
      const slot = slotFor()
      const put = store.put(text)
      columns.seconds[slot] = time.seconds
      columns.nanos[slot] = time.nanos
      columns.id[slot] = nextId++
      columns.kind[slot] = isMarker ? marker : access === undefined ? 0 : accessLine
      columns.pod[slot] = pod
      columns.status[slot] = access?.status ?? 0
      columns.flags[slot] = access === undefined ? 0 : flagWords.idOf(access.flags)
      columns.method[slot] = access === undefined ? 0 : methods.idOf(access.method)
      columns.host[slot] = access === undefined ? 0 : hosts.idOf(access.authority === '' ? access.serverName : access.authority)
      columns.group[slot] = access === undefined ? 0 : groups.idOf(access)
      columns.chunk[slot] = put.chunk
      columns.offset[slot] = put.offset
      columns.length[slot] = put.length
      columns.judged[slot] = 0
      order.insert(index, slot)
      return { slot, index, text, access }
    },
    evict() {
      const slot = order.at(0)
      if (slot < 0) return
      order.shift()
      store.free(columns.chunk[slot] ?? 0)
      free.push(slot)
    },
    textOf,
    headOf(slot) {
      const isAccess = columns.kind[slot] === accessLine
      return {
        pod: pods.wordAt(columns.pod[slot] ?? 0) ?? '', status: isAccess ? (columns.status[slot] ?? 0) : undefined,
        flags: flagWords.wordAt(columns.flags[slot] ?? 0) ?? '', method: methods.wordAt(columns.method[slot] ?? 0) ?? '',
        host: hosts.wordAt(columns.host[slot] ?? 0) ?? (isAccess ? (parseAccessLog(textOf(slot))?.authority ?? '') : ''),
      }
    },
    rowOf(slot) {
      const text = textOf(slot)
      const head = { id: columns.id[slot] ?? 0, pod: pods.wordAt(columns.pod[slot] ?? 0) ?? '', time: writeTime(timeOf(slot)), text }
      return columns.kind[slot] === marker ? { kind: 'marker', ...head } : { kind: 'line', ...head, access: columns.kind[slot] === accessLine ? parseAccessLog(text) : undefined }
    },
    groupOf: (slot) => columns.group[slot] ?? 0,
    secondsOf: (slot) => columns.seconds[slot] ?? 0,
    isMarker: (slot) => columns.kind[slot] === marker,
    indexIn: (ring, slot) => place(ring, timeOf(slot), columns.id[slot] ?? 0),
    groupAt: groups.groupAt,
    groups: groups.count,
    verdict: (slot) => ({ judged: columns.judged[slot] ?? 0, fits: columns.fits[slot] === 1 }),
    setVerdict(slot, judged, fits) {
      columns.judged[slot] = judged
      columns.fits[slot] = fits ? 1 : 0
    },
    bytes: store.bytes,
  }
}
