import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a finished kubectl said. */
export interface Finished {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs kubectl with a kubeconfig to its end; its exit code is part of the answer. */
export function kubectl(kubeconfig: string, args: readonly string[], input = ''): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', ['--kubeconfig', kubeconfig, ...args], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** A kubectl that goes on (`get -w`, `logs -f`): its lines, as they come. */
export interface Following {
  /** Resolves with the first line that holds `text`, among those already seen too. Rejects after `seconds`. */
  line(text: string, seconds?: number): Promise<string>
  stop(): void
}

/** Starts a kubectl that goes on until it is stopped. */
export function follow(kubeconfig: string, args: readonly string[]): Following {
  const child = spawn('kubectl', ['--kubeconfig', kubeconfig, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const seen: string[] = []
  let wake = () => {}
  createInterface({ input: child.stdout }).on('line', (line) => {
    seen.push(line)
    wake()
  })
  return {
    async line(text, seconds = 20) {
      const signal = AbortSignal.timeout(seconds * 1000)
      for (;;) {
        const found = seen.find((line) => line.includes(text))
        if (found !== undefined) return found
        await new Promise<void>((resolve, reject) => {
          wake = resolve
          signal.addEventListener('abort', () => reject(new Error(`kubectl ${args.join(' ')} never said ${text}; it said ${seen.join(' | ')}`)), { once: true })
        })
      }
    },
    stop: () => { child.kill() },
  }
}
