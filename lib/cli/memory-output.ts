import type { Surroundings } from './command'

/** Surroundings that keep what is printed, for tests. */
export function memorySurroundings(input = '', more: Partial<Surroundings['output']> = {}): { readonly surroundings: Surroundings; readonly printed: () => string; readonly said: () => readonly string[] } {
  let printed = ''
  const said: string[] = []
  return {
    surroundings: {
      output: { print: async (text) => { printed += text }, say: (line) => { said.push(line) }, terminal: false, colour: false, columns: 80, ...more },
      stdin: async () => Buffer.from(input),
    },
    printed: () => printed,
    said: () => said,
  }
}
