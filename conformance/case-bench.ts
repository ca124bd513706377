import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './build/project-root'
import type { ConformanceCase, ExpectedAnswer } from './case-file'
import { startJudge, type Judge } from './judge'

/** Pilot, ready for cases of any features: one judge process for each set of them. */
export interface CaseBench {
  /** What Pilot says to a case, in the form that is recorded. */
  ask(one: ConformanceCase): Promise<ExpectedAnswer>
  close(): void
}

/** Opens a bench; judges are started as cases need them. */
export function startBench(say: (line: string) => void): CaseBench {
  const judges = new Map<string, Judge>()
  return {
    ask: (one) => ask(judges, one, say),
    close: () => { for (const judge of judges.values()) judge.close() },
  }
}

async function ask(judges: Map<string, Judge>, one: ConformanceCase, say: (line: string) => void): Promise<ExpectedAnswer> {
  const key = JSON.stringify([one.features, one.env])
  const judge = judges.get(key) ?? await startJudge({ features: one.features, env: one.env, say })
  judges.set(key, judge)
  const versions = { istio: istioVersion() }
  try {
    const { listeners, routes, clusters, validation, unreadable } = await judge.translate(one)
    return { versions, listeners: steady(listeners), routes: steady(routes), clusters: steady(clusters), validation: validation.map((verdict) => defined({ ...verdict, error: steadyText(verdict.error), warning: steadyText(verdict.warning) })), unreadable }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { versions, listeners: [], routes: [], clusters: [], validation: [], unreadable: [], error: message.split('\n')[0] ?? '' }
  }
}

function defined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

/** The lines of a validator's list in one order: it walks maps of headers in Go's random one. */
function steadyText(text: string | undefined): string | undefined {
  const [first, ...lines] = text?.split('\n') ?? []
  return first === undefined ? undefined : [first, ...lines.filter((line) => line !== '').sort()].join('\n')
}

/** The version of the module istio.io/istio that the judge is built from. */
export function istioVersion(): string {
  const line = readFileSync(join(projectRoot(), 'conformance', 'istio', 'go.mod'), 'utf8').split('\n').find((text) => text.includes('istio.io/istio v'))
  return `1.31 (${line?.trim().split(' ').at(-1) ?? 'unknown'})`
}

/** Resources by name, and query parameters by name inside them: Pilot gives both in the random order of Go's maps. */
function steady(resources: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  const named = (value: unknown): string => typeof value === 'object' && value !== null && 'name' in value ? String(value.name) : ''
  const sorted = <T>(list: readonly T[]): T[] => [...list].sort((a, b) => named(a) < named(b) ? -1 : named(a) > named(b) ? 1 : 0)
  return sorted(JSON.parse(JSON.stringify(resources), (key, value: unknown) => key === 'query_parameters' && Array.isArray(value) ? sorted(value) : value))
}
