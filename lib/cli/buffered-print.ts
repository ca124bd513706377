import type { Output } from './output'

const enough = 1 << 16

/** Prints in pieces of 64 KiB what comes in small ones. */
export interface BufferedPrint {
  print(text: string): Promise<void>
  /** Prints what is left. */
  end(): Promise<void>
}

/** A buffer before an output. */
export function bufferedPrint(output: Output): BufferedPrint {
  let pending: string[] = []
  let length = 0
  const flush = async (): Promise<void> => {
    const text = pending.join('')
    pending = []
    length = 0
    if (text !== '') await output.print(text)
  }
  return {
    async print(text) {
      pending.push(text)
      length += text.length
      if (length >= enough) await flush()
    },
    end: flush,
  }
}
