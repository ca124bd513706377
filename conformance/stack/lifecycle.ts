import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { binaries } from '../build/binaries'
import { projectRoot } from '../build/project-root'
import { isAlive, startTime } from '../process/alive'
import { killGroup } from '../process/daemon'
import { waitFor } from '../process/wait-for'
import { readState, type ProcessRecord, type StackState } from './state'

/** Whether a recorded process still runs, and is the one that was meant. */
export function runs({ pid, startTime: recorded }: ProcessRecord): boolean {
  return isAlive(pid) && startTime(pid) === recorded
}

/** The state of the stack in `folder` if its supervisor runs. */
export function runningStack(folder: string): StackState | undefined {
  const state = readState(folder)
  return state !== undefined && runs(state.supervisor) ? state : undefined
}

/** Builds what is missing, starts a stack in `folder` and waits until it serves; a running one is left as it is. */
export async function up(folder: string, say: (line: string) => void): Promise<StackState> {
  const running = runningStack(folder)
  if (running?.phase === 'ready') return running
  await down(folder)
  await binaries(say)
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 })
  const logFile = join(folder, 'logs', 'supervisor.log')
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, [join(projectRoot(), 'bin', 'run-ts.mjs'), 'conformance/supervisor.ts', folder], { cwd: projectRoot(), detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  child.unref()
  let gone = false
  child.on('exit', () => { gone = true })
  let shown = 0
  return waitFor('the start of the real control plane', async () => {
    const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(shown)) say(line.replace(/^\S+Z /, ''))
    shown = lines.length
    const state = readState(folder)
    if (state?.phase === 'ready') return state
    if (state?.phase === 'failed' || gone) return { ...fallen, ...state, phase: 'failed' as const }
    return undefined
  }, { seconds: 240, every: 150 }).then(async (state) => {
    if (state.phase === 'ready') return state
    throw new Error(`The real control plane did not start: ${state.error ?? 'its supervisor ended'}. Logs: ${join(folder, 'logs')}`)
  })
}

const fallen: StackState = {
  phase: 'failed', supervisor: { name: 'supervisor', pid: 0, startTime: '' }, processes: [], ports: {}, exposure: { http: '', https: '', mysql: '' }, control: { port: 0, token: '' }, kubeconfig: '', gatewayPods: [],
}

/** Stops what runs in `folder`, by the ids that were written down, and removes the folder. Gives the number of processes stopped. */
export async function down(folder: string): Promise<number> {
  const state = readState(folder)
  if (state === undefined) return 0
  const mine = [state.supervisor, ...state.processes].filter(runs)
  if (runs(state.supervisor)) {
    process.kill(state.supervisor.pid, 'SIGTERM')
    await waitFor('the end of the supervisor', async () => runs(state.supervisor) ? undefined : true, { seconds: 40 }).catch(() => killGroup(state.supervisor.pid, 'SIGKILL', true))
  }
  for (const left of [...state.processes, ...readState(folder)?.processes ?? []].filter(runs)) killGroup(left.pid, 'SIGKILL', true)
  if (existsSync(join(folder, 'state.json'))) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  return mine.length
}
