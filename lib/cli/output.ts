import type { Remark } from './input/read-documents'
import { safe } from './text/safe'

/** Where a command prints. */
export interface Output {
  /** Standard output: resolves once the text is taken, so that long answers do not pile up. */
  print(text: string): Promise<void>
  /** One line on standard error. */
  say(line: string): void
  /** Whether a person watches standard output. */
  readonly terminal: boolean
  readonly colour: boolean
  /** Columns of the terminal; 80 when there is none. */
  readonly columns: number
}

/** Tells what could not be read, and what is doubtful; gives the exit code that follows from it. */
export function sayRemarks(output: Output, remarks: { readonly unreadable: readonly Remark[]; readonly warnings: readonly Remark[]; readonly notes?: readonly string[] }): 0 | 2 {
  const say = (text: string): void => output.say(safe(text))
  const place = ({ file, line }: Remark): string => (line === 0 ? file : `${file}:${line}`)
  for (const note of remarks.notes ?? []) say(`warning: ${note}`)
  for (const remark of remarks.warnings) say(`warning: ${place(remark)}: ${remark.message}`)
  for (const remark of remarks.unreadable) say(`${place(remark)}: cannot be read: ${remark.message}`)
  return remarks.unreadable.length > 0 ? 2 : 0
}
