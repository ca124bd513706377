import type { Output } from './output'
import type { Flag, Given } from './parse-flags'
import { UsageError } from './usage-error'

/** How an answer is printed. */
export type Format = 'json' | 'yaml' | 'text'

/** The flag -o of a command that knows these formats. */
export function formatFlag(formats: string): Flag {
  return { name: 'output', short: 'o', value: formats, help: 'how to print; without it text on a terminal, JSON elsewhere' }
}

/** The format asked for; without one, text where a person watches and JSON where a program reads. @throws UsageError */
export function chooseFormat(given: Given, formats: readonly Format[], output: Output): Format {
  const asked = given.one('output')
  if (asked === undefined) return output.terminal && formats.includes('text') ? 'text' : 'json'
  const found = formats.find((format) => format === asked)
  if (found === undefined) throw new UsageError(`-o takes ${formats.join(', ')}, not ${JSON.stringify(asked)}`)
  return found
}
