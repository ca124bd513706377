const chunkSize = 4 * 1024 * 1024
const longest = 256 * 1024

/** Where a text lies. */
export interface Place {
  readonly chunk: number
  readonly offset: number
  readonly length: number
}

/** Texts as UTF-8 in chunks of 4 MiB; a chunk is used again once all its texts were given up. */
export interface ByteStore {
  /** Keeps a text; of one past 256 Ki characters its first part. */
  readonly put: (text: string) => Place
  readonly read: (place: Place) => string
  /** Gives up one text of a chunk. */
  readonly free: (chunk: number) => void
  /** Bytes held, used or not. */
  readonly bytes: () => number
}

/** An empty store. */
export function createByteStore(): ByteStore {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const chunks: { readonly bytes: Uint8Array; live: number }[] = []
  const spare: number[] = []
  let current = -1
  let used = chunkSize

  function next(): void {
    const reused = spare.pop()
    current = reused ?? chunks.push({ bytes: new Uint8Array(chunkSize), live: 0 }) - 1
    used = 0
  }

  return {
    put(text) {
      const kept = text.length > longest ? `${text.slice(0, longest)}…` : text
      if (used + kept.length * 3 > chunkSize) next()
      const chunk = chunks[current]
      if (!chunk) return { chunk: 0, offset: 0, length: 0 }
      const { written } = encoder.encodeInto(kept, chunk.bytes.subarray(used))
      const place = { chunk: current, offset: used, length: written }
      chunk.live++
      used += written
      return place
    },
    read({ chunk, offset, length }) {
      const bytes = chunks[chunk]?.bytes
      return bytes === undefined ? '' : decoder.decode(bytes.subarray(offset, offset + length))
    },
    free(number) {
      const chunk = chunks[number]
      if (!chunk) return
      chunk.live--
      if (chunk.live === 0 && number !== current) spare.push(number)
    },
    bytes: () => chunks.length * chunkSize,
  }
}
