import { memorySurroundings } from './memory-output'
import { run } from './run'

/** The page that holds real outputs, from the project's folder. */
export const docsPage = 'docs/cli.md'

/** The blocks of a page that show commands with what they print. */
export function consoleBlocks(page: string): readonly string[] {
  return [...page.matchAll(/```console\n[^]*?```/g)].map(([block]) => block)
}

/** A block as it should be: its commands are run from the current folder, what they print now stands under each. */
export async function renewBlock(block: string): Promise<string> {
  const outputs: string[] = []
  for (const [, command = ''] of block.matchAll(/^\$ (.*)$/gm)) outputs.push(await shown(command))
  return `\`\`\`console\n${outputs.join('\n')}\`\`\``
}

/** What is said beside the answer, the answer, and an exit code that is not 0. */
async function shown(command: string): Promise<string> {
  const memory = memorySurroundings()
  const code = await run(command.split(' ').slice(1), memory.surroundings)
  const said = memory.said().map((line) => `${line}\n`).join('')
  return `$ ${command}\n${said}${memory.printed()}${code === 0 ? '' : `exit code ${code}\n`}`
}
