import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks until the answer is neither undefined nor an error. After `seconds` it throws, with the last error as cause.
 * For things outside of our process that offer nothing to wait on.
 */
export async function waitFor<T>(what: string, ask: () => Promise<T | undefined>, options: { readonly seconds?: number; readonly every?: number; readonly signal?: AbortSignal } = {}): Promise<T> {
  const deadline = Date.now() + (options.seconds ?? 60) * 1000
  let cause: unknown
  while (Date.now() < deadline) {
    options.signal?.throwIfAborted()
    try {
      const answer = await ask()
      if (answer !== undefined) return answer
    } catch (error) {
      cause = error
    }
    await delay(options.every ?? 100)
  }
  throw new Error(`${what} did not happen within ${options.seconds ?? 60} s`, { cause })
}
