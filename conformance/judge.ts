import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { assets } from './build/assets'
import { buildGo, goTargets } from './build/go'

/** One question to Pilot. */
export interface JudgeCase {
  /** Kubernetes and Istio objects, several documents. Objects without creationTimestamp count as created at 1970-01-01T00:00:00Z. */
  readonly yaml: string
  readonly proxy: {
    readonly namespace: string
    readonly labels: Readonly<Record<string, string>>
    readonly name?: string
    readonly ip?: string
    /** @default '1.31.0' */
    readonly istioVersion?: string
  }
  /** MeshConfig YAML; without it ConfigMap istio-system/istio of the input, else Istio's defaults. */
  readonly meshConfig?: string
  /** What to build. @default listeners, routes and clusters */
  readonly want?: readonly ('listeners' | 'routes' | 'clusters' | 'endpoints' | 'times')[]
}

const resources = z.array(z.record(z.string(), z.unknown())).nullish().transform((list) => list ?? [])

const answerSchema = z.object({
  id: z.string(),
  error: z.string().optional(),
  listeners: resources,
  routes: resources,
  clusters: resources,
  endpoints: resources,
  validation: z.array(z.object({
    kind: z.string(), namespace: z.string(), name: z.string(), error: z.string().optional(), warning: z.string().optional(),
  })).nullish().transform((list) => list ?? []),
  /** Milliseconds that Pilot took, if asked for: pushContext, listeners, routes, clusters. */
  times: z.record(z.string(), z.number()).optional(),
  unreadable: z.array(z.object({ document: z.number(), error: z.string() })).nullish().transform((list) => list ?? []),
})

/** What Pilot would send (protojson with Envoy's field names), what its validator says, and what it could not read. */
export type JudgeAnswer = Omit<z.infer<typeof answerSchema>, 'id' | 'error'>

/** `default`: Istio as it is. `plain`: without the three filters that only Istio's own Envoy build has. */
export type JudgeFeatures = 'default' | 'plain'

/** istiod's environment for a gateway whose Envoy is the plain one. */
export const plainFeatures = { PILOT_ENABLE_ALPN_FILTER: 'false', PILOT_ENABLE_METADATA_EXCHANGE: 'false', PILOT_ENABLE_TELEMETRY_LABEL: 'false' }

/** Real Pilot in a process of its own, one case at a time. */
export interface Judge {
  /** Rejects when Pilot refuses the case as a whole or crashes on it (the next case gets a new process). */
  translate(question: JudgeCase): Promise<JudgeAnswer>
  close(): void
}

interface Waiting {
  readonly question: JudgeCase
  readonly resolve: (answer: JudgeAnswer) => void
  readonly reject: (error: Error) => void
}

/** Builds the judge if the cache has none and starts it. `env` adds variables of istiod's environment. */
export async function startJudge(options: { readonly features: JudgeFeatures; readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal; readonly say?: (line: string) => void }): Promise<Judge> {
  const binary = await buildGo(goTargets.judge, options.say)
  const files = await assets()
  // A short-lived heap of small answers: collecting it rarely saves a quarter of the time.
  const env = { GOGC: '600', ...process.env, ...(options.features === 'plain' ? plainFeatures : {}), ...options.env }
  const waiting = new Map<string, Waiting>()
  let child: ChildProcessWithoutNullStreams | undefined
  let said = ''
  let next = 0

  const send = (id: string, { question }: Waiting) => {
    child ??= start()
    child.stdin.write(`${JSON.stringify({ id, ...question })}\n`)
  }

  function start(): ChildProcessWithoutNullStreams {
    const process = spawn(binary, [files.gatewayCrdsExperimental, files.istioCrds], { env })
    process.stdin.on('error', () => {})
    process.stderr.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-4000) })
    createInterface({ input: process.stdout }).on('line', (line) => {
      const { id, error, ...answer } = answerSchema.parse(JSON.parse(line))
      const asked = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) asked?.resolve(answer)
      else asked?.reject(new Error(error))
    })
    process.on('close', (code) => {
      if (child === process) child = undefined
      const [first, ...rest] = [...waiting]
      if (first === undefined) return
      waiting.delete(first[0])
      first[1].reject(new Error(`Pilot crashed on this case (${code ?? 'killed'}): ${said.trim()}`))
      for (const [id, other] of rest) send(id, other)
    })
    return process
  }

  const close = () => {
    for (const { reject } of waiting.values()) reject(new Error('the judge was closed'))
    waiting.clear()
    child?.kill('SIGKILL')
    child = undefined
  }
  options.signal?.addEventListener('abort', close, { once: true })
  return {
    translate: (question) => new Promise((resolve, reject) => {
      const id = String(next += 1)
      const asked = { question, resolve, reject }
      waiting.set(id, asked)
      send(id, asked)
    }),
    close,
  }
}
