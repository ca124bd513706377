import { execFileSync, spawn } from 'node:child_process'
import { closeSync, constants, createWriteStream, mkdirSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** A process of ours that runs until it is stopped. */
export interface Daemon {
  readonly name: string
  readonly pid: number
  /** Resolves once the process is gone, with what ended it. */
  readonly exited: Promise<string>
  /** Asks it to end; kills it after `grace` milliseconds. Resolves once it is gone. */
  stop(options?: { readonly signal?: NodeJS.Signals; readonly grace?: number }): Promise<void>
}

/** How to start a daemon. Its output goes to `logFile`, or line by line to `onLine`. */
export interface DaemonOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly logFile?: string
  readonly onLine?: (stream: 'stdout' | 'stderr', line: string) => void
  /** A folder for named pipes: the process can then open /dev/stdout and /dev/stderr (it cannot open the sockets that Node gives). */
  readonly fifos?: string
}

/** Starts a process in a process group of its own. The environment is ours with `env` over it. */
export function startDaemon(options: DaemonOptions): Daemon {
  const fifos = options.fifos === undefined ? undefined : { out: openFifo(join(options.fifos, 'stdout')), err: openFifo(join(options.fifos, 'stderr')) }
  const child = spawn(options.command, options.args, {
    cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ['ignore', fifos?.out.write ?? 'pipe', fifos?.err.write ?? 'pipe'], detached: true,
  })
  if (fifos !== undefined) for (const { write } of [fifos.out, fifos.err]) closeSync(write)
  const stdout = fifos?.out.read ?? child.stdout ?? Readable.from([])
  const stderr = fifos?.err.read ?? child.stderr ?? Readable.from([])
  let ended = false
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => { ended = true; resolve(error.message) })
    child.on('exit', (code, signal) => { ended = true; resolve(signal ?? `exit code ${code ?? '?'}`) })
  })
  if (options.logFile !== undefined) {
    mkdirSync(dirname(options.logFile), { recursive: true })
    const file = createWriteStream(options.logFile, { flags: 'a' })
    stdout.pipe(file, { end: false })
    stderr.pipe(file, { end: false })
  }
  const { onLine } = options
  if (onLine !== undefined) {
    createInterface({ input: stdout }).on('line', (line) => onLine('stdout', line))
    createInterface({ input: stderr }).on('line', (line) => onLine('stderr', line))
  }
  return {
    name: options.name,
    pid: child.pid ?? -1,
    exited,
    async stop({ signal = 'SIGTERM', grace = 5000 } = {}) {
      if (ended) return
      killGroup(child.pid, signal, false)
      const timer = new AbortController()
      await Promise.race([exited, delay(grace, undefined, { signal: timer.signal }).catch(() => {})])
      timer.abort()
      killGroup(child.pid, 'SIGKILL', true)
      await exited
    },
  }
}

/** Signals a process, or with `all` every process of its group (an agent's Envoy outlives an agent that is killed). */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals, all: boolean): void {
  if (pid === undefined || pid <= 1) return
  try {
    process.kill(all ? -pid : pid, signal)
  } catch {
    // It is gone already.
  }
}

function openFifo(path: string): { readonly read: Socket; readonly write: number } {
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { force: true })
  execFileSync('mkfifo', ['-m', '600', path])
  const read = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false })
  return { read, write: openSync(path, constants.O_WRONLY) }
}
