import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A dashboard server of its own, for one kubeconfig. */
export interface Dashboard {
  readonly url: string
  /** What the server printed on standard error; a crash or an unhandled rejection would be here. */
  complaints(): string
  close(): Promise<void>
}

/** Starts the built dashboard on a free port. */
export async function startDashboard(kubeconfig: string): Promise<Dashboard> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-server-'))
  const child = spawn(process.execPath, ['bin/run-ts.mjs', 'lib/server/http/main.ts', '--json', '--port', '0', '--kubeconfig', kubeconfig, '--state', folder], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } })
  let complaints = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => { complaints += text })
  const exited = new Promise<void>((resolve) => { child.on('exit', () => resolve()) })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /"ready":"(http:[^"]+)"/.exec(line)?.[1]
      if (ready !== undefined) resolve(ready)
    })
    child.on('exit', (code) => reject(new Error(`the dashboard ended with ${code ?? 'a signal'}: ${complaints}`)))
  })
  return {
    url,
    complaints: () => complaints,
    async close() {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
