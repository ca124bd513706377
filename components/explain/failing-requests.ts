import { loggedRequests } from './log-lines'

/** Requests of one kind that failed lately: the same method, host, path and answer. */
export interface FailingRequest {
  readonly method: string
  readonly host: string
  readonly path: string
  readonly status: number
  readonly flags: string
  readonly tls: boolean
  readonly count: number
  /** RFC 3339, the last one's. */
  readonly last: string
}

/** Flags of requests that did not fail: none, and a delay that was asked for. */
const harmless: ReadonlySet<string> = new Set(['', 'DI'])

/** How far back is looked, ms. */
export const failingWithin = 15 * 60_000

/** Adds the failing requests of a `lines` event (its JSON text) to those that are known; those that are too old go. `now` is epoch ms. */
export function addFailing(known: readonly FailingRequest[], text: string, now: number): readonly FailingRequest[] {
  const requests = loggedRequests(text)
  if (requests === undefined) return known
  const found = new Map(known.map((one) => [keyOf(one), one]))
  for (const { at, access } of requests) {
    if (access.status < 400 && access.flags.split(',').every((flag) => harmless.has(flag))) continue
    const made = { method: access.method, host: access.authority, path: access.path, status: access.status, flags: access.flags, tls: access.serverName !== '', count: 1, last: at }
    const before = found.get(keyOf(made))
    found.set(keyOf(made), before === undefined ? made : { ...made, count: before.count + 1, last: before.last > made.last ? before.last : made.last })
  }
  return [...found.values()].filter(({ last }) => now - Date.parse(last) <= failingWithin).sort((a, b) => (a.last < b.last ? 1 : a.last > b.last ? -1 : 0)).slice(0, 200)
}

function keyOf({ method, host, path, status, flags }: Pick<FailingRequest, 'method' | 'host' | 'path' | 'status' | 'flags'>): string {
  const query = path.indexOf('?')
  return `${method} ${host}${query < 0 ? path : path.slice(0, query)} ${status} ${flags}`
}
