import type { Output } from './output'
import type { Flag, Given } from './parse-flags'

/** What a command works with besides its flags. */
export interface Surroundings {
  readonly output: Output
  /** All of standard input, read once. */
  stdin(): Promise<Uint8Array>
}

/** A command of `meridian`. */
export interface Command {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly flags: readonly Flag[]
  /** Resolves to the exit code: 0, or 2 when something could not be read. @throws UsageError for what the caller must change. */
  run(given: Given, surroundings: Surroundings): Promise<0 | 2>
}
