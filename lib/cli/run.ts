import { CallError } from '@/lib/contract/call/call-error'
import type { Command, Surroundings } from './command'
import { compileCommand } from './compile-command'
import { explainCommand } from './explain-command'
import { commandHelp, generalHelp } from './text/help'
import { routesCommand } from './routes-command'
import { parseFlags } from './parse-flags'
import { safe } from './text/safe'
import { UsageError } from './usage-error'

const commands: readonly Command[] = [compileCommand, explainCommand, routesCommand]

/** Runs a command line (without `node meridian`) and gives its exit code: 0 done, 2 bad usage or something unreadable. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<0 | 2> {
  const { output } = surroundings
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = commands.find((candidate) => candidate.name === rest[0])
    await output.print(asked ? commandHelp(asked) : generalHelp(commands))
    return 0
  }
  const command = commands.find((candidate) => candidate.name === name)
  if (command === undefined) {
    output.say(`meridian: there is no command ${JSON.stringify(name)}; there are serve, ${commands.map((candidate) => candidate.name).join(', ')}`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    await output.print(commandHelp(command))
    return 0
  }
  try {
    return await command.run(parseFlags(rest, command.flags), surroundings)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CallError)) throw error
    output.say(safe(`meridian ${command.name}: ${error.message}`))
    return 2
  }
}
