import { UsageError } from './usage-error'

/** A flag of a command: `value` names what it takes, a switch has none. */
export interface Flag {
  readonly name: string
  readonly short?: string
  readonly value?: string
  /** May come several times. */
  readonly repeated?: boolean
  readonly help: string
}

/** What was given: flags by long name, in the order of the command line, and the words that are no flags. */
export interface Given {
  has(name: string): boolean
  /** The flag's value, undefined when it was not given. */
  one(name: string): string | undefined
  all(name: string): readonly string[]
  readonly words: readonly string[]
}

/**
 * Reads a command line: `--name value`, `--name=value`, `-n value`, `-nvalue`; `--` ends the flags, `-` is a word.
 * @throws UsageError for unknown flags, missing values, values for switches and flags given twice.
 */
export function parseFlags(args: readonly string[], flags: readonly Flag[]): Given {
  const values = new Map<string, string[]>()
  const words: string[] = []
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? ''
    if (arg === '--') {
      words.push(...args.slice(index + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      words.push(arg)
      continue
    }
    const { flag, attached } = findFlag(arg, flags)
    if (flag.value === undefined) {
      if (attached !== undefined) throw new UsageError(`--${flag.name} takes no value`)
      values.set(flag.name, [])
      continue
    }
    const value = attached ?? args[index + 1]
    if (attached === undefined) index += 1
    if (value === undefined) throw new UsageError(`--${flag.name} needs a value: ${flag.value}`)
    const before = values.get(flag.name)
    if (before !== undefined && flag.repeated !== true) throw new UsageError(`--${flag.name} is given twice`)
    values.set(flag.name, [...(before ?? []), value])
  }
  return { has: (name) => values.has(name), one: (name) => values.get(name)?.[0], all: (name) => values.get(name) ?? [], words }
}

/** @throws UsageError when there are words, for a command that takes flags only. */
export function refuseWords({ words: [first] }: Given): void {
  if (first !== undefined) throw new UsageError(`there is one word too many: ${JSON.stringify(first)}`)
}

function findFlag(arg: string, flags: readonly Flag[]): { readonly flag: Flag; readonly attached: string | undefined } {
  if (arg.startsWith('--')) {
    const equals = arg.indexOf('=')
    const name = arg.slice(2, equals < 0 ? undefined : equals)
    const flag = flags.find((candidate) => candidate.name === name)
    if (flag === undefined) throw new UsageError(`unknown flag --${name}`)
    return { flag, attached: equals < 0 ? undefined : arg.slice(equals + 1) }
  }
  const flag = flags.find((candidate) => candidate.short === arg[1])
  if (flag === undefined) throw new UsageError(`unknown flag ${arg.slice(0, 2)}`)
  const rest = arg.slice(2)
  return { flag, attached: rest === '' ? undefined : rest.startsWith('=') ? rest.slice(1) : rest }
}
