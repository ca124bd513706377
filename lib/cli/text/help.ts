import type { Command } from '../command'
import type { Flag } from '../parse-flags'
import { wrap } from './wrap'

/** The page of a command, for 80 columns. */
export function commandHelp(command: Command): string {
  const names = command.flags.map(flagName)
  const width = Math.min(28, Math.max(...names.map((name) => name.length)))
  const lines = command.flags.flatMap((flag, index) => {
    const name = names[index] ?? ''
    const [first = '', ...more] = wrap(flag.help, 76 - width)
    const head = name.length > width ? [`  ${name}`, `  ${''.padEnd(width)}  ${first}`] : [`  ${name.padEnd(width)}  ${first}`]
    return [...head, ...more.map((line) => `  ${''.padEnd(width)}  ${line}`)]
  })
  return [...wrap(`Usage: ${command.usage}`, 80), '', ...wrap(command.summary, 80), '', ...lines, '', 'Exit code 0: done; 2: bad usage, or a document could not be read (the rest is', 'still answered).', ''].join('\n')
}

/** What there is. */
export function generalHelp(commands: readonly Command[]): string {
  const rows = [['serve', 'Opens the dashboard on 127.0.0.1 for the current kubeconfig.'], ...commands.map(({ name, summary }) => [name, summary])]
  const lines = rows.flatMap(([name = '', summary = '']) => wrap(summary, 68).map((line, index) => `  ${(index === 0 ? name : '').padEnd(8)}  ${line}`))
  return ['Usage: meridian COMMAND [flags]', '', ...lines, '', '`meridian COMMAND --help` tells its flags.', ''].join('\n')
}

function flagName(flag: Flag): string {
  return `${flag.short === undefined ? '    ' : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`
}
