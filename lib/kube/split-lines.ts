import type { Readable } from 'node:stream'

/**
 * The lines of a body as they arrive, without their newline; a last line without one comes too.
 * A line longer than `limit` bytes is cut: the rest of it is left out, and `cut` is told.
 */
export async function* splitLines(body: Readable, limit = 16 * 1024 * 1024, cut?: (bytes: number) => void): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let held = 0
  let over = 0
  const take = (): Buffer => {
    const line = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
    if (over > 0) cut?.(over)
    parts = []
    held = 0
    over = 0
    return line
  }
  const keep = (bytes: Buffer): void => {
    const room = limit - held
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, Math.max(0, room))
    over += bytes.length - kept.length
    held += kept.length
    if (kept.length > 0) parts.push(kept)
  }
  for await (const chunk of body) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    let start = 0
    for (let end = bytes.indexOf(10, start); end >= 0; end = bytes.indexOf(10, start)) {
      keep(bytes.subarray(start, end))
      yield take()
      start = end + 1
    }
    if (start < bytes.length) keep(bytes.subarray(start))
  }
  if (held > 0) yield take()
}
