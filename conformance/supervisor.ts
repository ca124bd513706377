import { randomBytes } from 'node:crypto'
import { binaries } from './build/binaries'
import { startTime } from './process/alive'
import { freePort } from './process/ports'
import { serveControl } from './stack/control'
import { startStack, type Stack } from './stack/stack'
import { readState, writeState, type StackState } from './stack/state'

/** The detached process that owns a running stack: `run-ts supervisor.ts FOLDER`. Ends on SIGTERM, with all that it started. */
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: supervisor.ts FOLDER')

const control = { port: await freePort(), token: randomBytes(16).toString('hex') }
const say = (line: string) => console.log(`${new Date().toISOString()} ${line}`)
let phase: StackState['phase'] = 'starting'
let stack: Stack | undefined
let stopping: Promise<void> | undefined

const record = (name: string, pid: number) => ({ name, pid, startTime: startTime(pid) ?? '' })
const save = (current: Stack | undefined, error?: string) => writeState(folder, {
  phase, ...(error === undefined ? {} : { error }), supervisor: record('supervisor', process.pid), control,
  processes: current?.daemons().map(({ name, pid }) => record(name, pid)) ?? [],
  ports: { ...current?.ports }, exposure: current?.exposure ?? { http: '', https: '', mysql: '' }, kubeconfig: current?.kubeconfig ?? '',
  gatewayPods: current?.gatewayPods().map(({ name, adminPort }) => ({ name, adminPort })) ?? [],
})

const stop = () => {
  stopping ??= (async () => {
    phase = 'stopping'
    await (stack ?? early)?.close()
    process.exit(0)
  })()
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)

let early: Stack | undefined
const server = await serveControl(() => stack, control)
save(undefined)
try {
  stack = await startStack({ binaries: await binaries(say), folder, say, changed: (current) => { early = current; if (phase !== 'failed') save(current) } })
  phase = 'ready'
  save(stack)
  say('ready')
} catch (error) {
  phase = 'failed'
  console.error(error)
  save(undefined, error instanceof Error ? error.message : String(error))
  server.close()
  process.exit(readState(folder)?.phase === 'stopping' ? 0 : 1)
}
