import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { projectRoot } from './build/project-root'

const headSchema = z.object({
  kind: z.literal('ConformanceCase'),
  /** Rules of lib/mesh/SPEC.md that the case exercises. */
  rules: z.array(z.string()).default([]),
  proxy: z.object({ namespace: z.string(), labels: z.record(z.string(), z.string()) }).default({ namespace: 'istio-system', labels: { istio: 'ingressgateway' } }),
  /** `plain`: without the three filters that only Istio's own Envoy build has; `default`: Istio as it is. */
  features: z.enum(['plain', 'default']).default('plain'),
  /** Further variables of istiod's environment. */
  env: z.record(z.string(), z.string()).default({}),
})

/** A mesh and a gateway whose translation by Pilot is recorded: conformance/cases/<name>.yaml. */
export interface ConformanceCase extends z.infer<typeof headSchema> {
  readonly name: string
  /** The objects: all documents but the first. */
  readonly yaml: string
}

/** Reads a case: Kubernetes objects, under a first document of kind ConformanceCase where the defaults are not meant. */
export function readCase(file: string): ConformanceCase {
  const text = readFileSync(file, 'utf8')
  const end = text.indexOf('\n---\n')
  const first: unknown = parseDocument(end < 0 ? text : text.slice(0, end)).toJS()
  const headed = typeof first === 'object' && first !== null && 'kind' in first && first.kind === 'ConformanceCase'
  const head = headSchema.parse(headed ? first : { kind: 'ConformanceCase' })
  return { ...head, name: file.slice(file.lastIndexOf('/') + 1, -'.yaml'.length), yaml: !headed ? text : end < 0 ? '' : text.slice(end + 5) }
}

/** All cases, by name. */
export function readCases(): ConformanceCase[] {
  const folder = join(projectRoot(), 'conformance', 'cases')
  return readdirSync(folder).filter((file) => file.endsWith('.yaml')).sort().map((file) => readCase(join(folder, file)))
}

const object = z.record(z.string(), z.unknown())

const expectedSchema = z.object({
  /** What answered. */
  versions: z.object({ istio: z.string() }),
  listeners: z.array(object),
  routes: z.array(object),
  clusters: z.array(object),
  /** What Istio's validator says; objects with errors or warnings only. */
  validation: z.array(z.object({ kind: z.string(), namespace: z.string(), name: z.string(), error: z.string().optional(), warning: z.string().optional() })),
  unreadable: z.array(z.object({ document: z.number(), error: z.string() })),
  /** Pilot refused the whole case, or crashed on it. */
  error: z.string().optional(),
})

/** What Pilot answered to a case, as recorded. */
export type ExpectedAnswer = z.infer<typeof expectedSchema>

/** The file of a case's recorded answer. */
export function expectedFile(name: string): string {
  return join(projectRoot(), 'conformance', 'expected', `${name}.json`)
}

/** The recorded answer to a case. */
export function readExpected(name: string): ExpectedAnswer {
  return expectedSchema.parse(JSON.parse(readFileSync(expectedFile(name), 'utf8')))
}
