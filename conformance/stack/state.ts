import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from '../build/project-root'

/** The users of the cluster; each has a token and a context of its own. */
export const users = ['admin', 'editor', 'viewer', 'nologs'] as const
export type User = (typeof users)[number]

const process = z.object({ name: z.string(), pid: z.number(), startTime: z.string() })

const stateSchema = z.object({
  phase: z.enum(['starting', 'ready', 'failed', 'stopping']),
  error: z.string().optional(),
  supervisor: process,
  processes: z.array(process),
  ports: z.record(z.string(), z.number()),
  /** Where the gateways answer. */
  exposure: z.object({ http: z.string(), https: z.string(), mysql: z.string() }),
  /** The supervisor's own door, for the tests' harness. */
  control: z.object({ port: z.number(), token: z.string() }),
  kubeconfig: z.string(),
  gatewayPods: z.array(z.object({ name: z.string(), adminPort: z.number() })),
})

/** What runs, as the supervisor writes it down. */
export type StackState = z.infer<typeof stateSchema>
export type ProcessRecord = z.infer<typeof process>

/** The folder of the running stack: `MERIDIAN_REAL_STATE`, else one in the temporary folder for this checkout. */
export function stateFolder(): string {
  const digest = createHash('sha256').update(projectRoot()).digest('hex').slice(0, 8)
  return globalThis.process.env['MERIDIAN_REAL_STATE'] || join(tmpdir(), `meridian-real-${digest}`)
}

/** The state of a stack, or undefined where none was started. */
export function readState(folder: string): StackState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')))
  } catch {
    return undefined
  }
}

/** Replaces the state in one step, so that a reader never sees half of it. */
export function writeState(folder: string, state: StackState): void {
  const draft = join(folder, `state.json.${globalThis.process.pid}`)
  writeFileSync(draft, JSON.stringify(state, null, 2))
  renameSync(draft, join(folder, 'state.json'))
}
