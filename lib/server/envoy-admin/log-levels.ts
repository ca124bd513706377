import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { AppError } from '@/lib/contract/app-error'
import { loggingReplySchema, logLevels, type LoggingReply, type LoggingRequest } from '@/lib/contract/envoy'
import type { AdminReader } from './admin-reader'

const raisedSchema = z.array(z.object({ namespace: z.string(), pod: z.string(), until: z.number(), levels: z.record(z.string(), z.enum(logLevels)) }))

type Raised = z.infer<typeof raisedSchema>[number]

/** The log levels of gateways' Envoys: read, changed for ten minutes, and put back whatever happens to this process. */
export interface LogLevels {
  read(namespace: string, pod: string): Promise<LoggingReply>
  change(namespace: string, pod: string, request: LoggingRequest): Promise<LoggingReply>
  /** Puts back what an earlier process left raised; call once the pods are known. A pod that is gone is forgotten. */
  resume(isThere: (namespace: string, pod: string) => boolean): Promise<void>
  /** Puts everything back now: the process ends. */
  stop(): Promise<void>
}

const raisedFor = 600_000

/** Makes the levels of one cluster; `folder` keeps what is raised until it is put back. */
export function createLogLevels(options: { readonly reader: AdminReader; readonly slug: string; readonly folder: string; readonly now?: () => number }): LogLevels {
  const { reader, now = Date.now } = options
  const file = join(options.folder, `log-levels-${options.slug}.json`)
  const raised = new Map<string, Raised>(readRaised(file).map((entry) => [`${entry.namespace}/${entry.pod}`, entry]))
  const timers = new Map<string, NodeJS.Timeout>()

  const save = (): void => {
    if (raised.size === 0) return rmSync(file, { force: true })
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(`${file}.${process.pid}`, JSON.stringify([...raised.values()]), { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  }
  const levelsOf = async (namespace: string, pod: string): Promise<Map<string, string>> => parseLoggers(await reader.postLogging(namespace, pod, undefined))

  const putBack = async (key: string): Promise<void> => {
    clearTimeout(timers.get(key))
    timers.delete(key)
    const entry = raised.get(key)
    if (!entry) return
    for (const [logger, level] of Object.entries(entry.levels)) await reader.postLogging(entry.namespace, entry.pod, { logger, level })
    raised.delete(key)
    save()
  }
  const schedule = (key: string, until: number): void => {
    clearTimeout(timers.get(key))
    const timer = setTimeout(() => {
      putBack(key).catch(() => schedule(key, now() + 30_000))
    }, Math.max(0, until - now()))
    timer.unref()
    timers.set(key, timer)
  }
  const reply = (key: string, levels: ReadonlyMap<string, string>): LoggingReply => {
    const entry = raised.get(key)
    return loggingReplySchema.parse({ loggers: [...levels].map(([name, level]) => ({ name, level, before: entry?.levels[name] ?? null })), raisedUntil: entry?.until ?? null })
  }

  return {
    read: async (namespace, pod) => reply(`${namespace}/${pod}`, await levelsOf(namespace, pod)),
    async change(namespace, pod, request) {
      const key = `${namespace}/${pod}`
      if ('restore' in request) {
        await putBack(key)
        return reply(key, await levelsOf(namespace, pod))
      }
      const levels = await levelsOf(namespace, pod)
      const wanted = Object.entries(request.levels).flatMap(([logger, level]) => (logger === '*' ? [...levels.keys()].map((name) => [name, level] as const) : [[logger, level] as const]))
      for (const [logger] of wanted) if (!levels.has(logger)) throw new AppError('bad-request', `This Envoy has no logger ${logger}`, { subject: key })
      const before: Record<string, (typeof logLevels)[number]> = { ...raised.get(key)?.levels }
      for (const [logger] of wanted) {
        const level = logLevels.find((one) => one === levels.get(logger))
        if (level !== undefined && !Object.hasOwn(before, logger)) before[logger] = level
      }
      raised.set(key, { namespace, pod, until: now() + raisedFor, levels: before })
      save()
      schedule(key, now() + raisedFor)
      for (const [logger, level] of Object.hasOwn(request.levels, '*') ? Object.entries(request.levels) : wanted) await reader.postLogging(namespace, pod, { logger, level })
      return reply(key, await levelsOf(namespace, pod))
    },
    async resume(isThere) {
      for (const [key, { namespace, pod }] of [...raised]) {
        if (timers.has(key)) continue
        if (isThere(namespace, pod)) await putBack(key).catch(() => schedule(key, now() + 30_000))
        else raised.delete(key)
      }
      save()
    },
    async stop() {
      await Promise.all([...raised.keys()].map((key) => putBack(key).catch(() => undefined)))
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

/** `active loggers:\n  admin: warning\n …` (Envoy's /logging). Envoy says `warning` or `warn`. */
function parseLoggers(text: string): Map<string, string> {
  const levels = new Map<string, string>()
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const [name, level] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    if (colon > 0 && level !== '' && /^[a-z0-9_]{1,64}$/.test(name)) levels.set(name, level === 'warn' ? 'warning' : level)
  }
  return levels
}

function readRaised(file: string): readonly Raised[] {
  try {
    const parsed = raisedSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : []
  } catch {
    return []
  }
}
