import { spawn } from 'node:child_process'

/** What a finished command said. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end. Rejects only when it cannot be started (ENOENT …). */
export function run(command: string, args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.input ?? '')
  })
}

/** Runs a command and gives its standard output; an exit code other than 0 is an Error with the end of what it said. */
export async function output(command: string, args: readonly string[], options: Parameters<typeof run>[2] = {}): Promise<string> {
  const finished = await run(command, args, options)
  if (finished.code !== 0) throw new Error(`${command} ${args.slice(0, 4).join(' ')} ended with ${finished.code}: ${finished.stderr.slice(-4000).trim()}`)
  return finished.stdout
}
