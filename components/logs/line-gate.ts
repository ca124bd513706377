/** Most characters on their way to the worker; past it lines are dropped, and counted. */
const most = 12_000_000

/** Lets a stream's events through to a worker as fast as it takes them in. */
export interface LineGate {
  /** How many lines were dropped before this event; undefined: the event itself is dropped. */
  readonly pass: (text: string) => number | undefined
  readonly taken: (characters: number) => void
}

/** An open gate. */
export function createLineGate(): LineGate {
  let under = 0
  let dropped = 0
  return {
    pass(text) {
      if (under > 0 && under + text.length > most) {
        dropped += countOf(text)
        return undefined
      }
      under += text.length
      const before = dropped
      dropped = 0
      return before
    },
    taken(characters) { under -= characters },
  }
}

/** The lines of an event, and those dropped before it, as its head says (contract/stream). */
function countOf(text: string): number {
  const body = text.indexOf(',"lines":[')
  const head: unknown = JSON.parse(body > 0 ? `${text.slice(0, body)}}` : text)
  const read = (key: string): number => {
    const value: unknown = typeof head === 'object' && head !== null ? Reflect.get(head, key) : undefined
    return typeof value === 'number' ? value : 0
  }
  return read('count') + read('dropped')
}
