/** Headers of one message: names in lower case, values in the order they came. Pseudo headers keep their colon. */
export type Headers = Map<string, string[]>

/** Headers of one connection only (RFC 9110 7.6.1); the codec on the other side makes its own. */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'])

/** A message's headers from Node's flat list (`rawHeaders`). */
export function fromRaw(raw: readonly string[]): Headers {
  const headers: Headers = new Map()
  for (let i = 0; i + 1 < raw.length; i += 2) append(headers, raw[i] ?? '', raw[i + 1] ?? '')
  return headers
}

/** Node's flat list without pseudo headers. */
export function toRaw(headers: Headers): string[] {
  return [...headers].flatMap(([name, values]) => (name.startsWith(':') ? [] : values.flatMap((value) => [name, value])))
}

/** The object that node:http2 takes; pseudo headers included where wanted. */
export function toObject(headers: Headers, pseudo: boolean): Record<string, string | string[]> {
  return Object.fromEntries([...headers].filter(([name]) => pseudo || !name.startsWith(':')).map(([name, values]) => [name, values.length === 1 ? values[0] ?? '' : values]))
}

/** All values joined with a comma, undefined when the header is absent. */
export function valueOf(headers: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const values = headers.get(name)
  return values === undefined || values.length === 0 ? undefined : values.join(',')
}

/** Adds one more value. */
export function append(headers: Headers, name: string, value: string): void {
  const key = name.toLowerCase()
  const values = headers.get(key)
  if (values === undefined) headers.set(key, [value])
  else values.push(value)
}

/** Replaces all values. */
export function put(headers: Headers, name: string, value: string): void {
  headers.set(name.toLowerCase(), [value])
}

/** Takes away what belongs to one connection only, and what the Connection header names. */
export function dropHopByHop(headers: Headers): void {
  const named = (valueOf(headers, 'connection') ?? '').split(',').map((name) => name.trim().toLowerCase())
  for (const name of [...named, ...hopByHop]) if (name !== '' && name !== 'te' && !name.startsWith(':')) headers.delete(name)
}

/** A copy that can be changed by itself. */
export function copy(headers: Headers): Headers {
  return new Map([...headers].map(([name, values]) => [name, [...values]]))
}
