/** Marks text for a terminal; leaves it as it is where nobody watches or NO_COLOR is set. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly doubtful: (text: string) => string
}

/** Colours, or none. */
export function paintFor(colour: boolean): Paint {
  const code = (open: number, close: number) => (text: string): string => (colour ? `\u001b[${open}m${text}\u001b[${close}m` : text)
  return { bold: code(1, 22), dim: code(2, 22), good: code(32, 39), bad: code(31, 39), doubtful: code(33, 39) }
}
