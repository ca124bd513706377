import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { generateCase, yamlOf } from '../generate/case'
import { createRandom } from '../generate/random'
import { compile } from '@/lib/mesh/translate/compile'
import { meridianConfiguration } from '../engine'
import { startJudge, type Judge } from '../judge'
import { isEmpty, refusedByEnvoy } from './accept'
import type { BenchRequest, Decision } from './ask'
import { startEnvoyBench } from './bench'
import { startJavascriptBench } from './javascript-bench'
import { startSurroundings, type Surroundings } from './surroundings'
import { nameRoutes, portOf, type EnvoyConfiguration } from './prepare'
import { drawRequests } from './requests'
import { simulateRequests } from './simulate-bench'
import type { SimulatedDecision } from './simulate-bench'

/** How a comparison went. */
export interface RequestSurvey {
  readonly requests: number
  readonly listeners: number
  /** Requests to which at least one side gave a decision. */
  readonly compared: number
  readonly mismatches: number
  /** Cases whose configuration, as Meridian compiles it, real Envoy takes. */
  readonly accepted: number
  /** Cases whose configuration Envoy refuses, Meridian's and Pilot's alike. */
  readonly refusedAlike: number
}

/** What is asked for. */
interface SurveyOptions {
  readonly cases: number
  readonly requests: number
  readonly seed: number
  readonly sample?: number
  readonly say: (line: string) => void
}

/** How many meshes one Envoy and one data plane hold at a time: their memory, and the log that is read until it rests. */
const CHUNK = 250

/** A kind of difference: how often it was met, and the first request that met it. */
type Kinds = Map<string, { count: number; readonly example: string }>

/**
 * Draws requests at Pilot's configurations of generated meshes, sends each to real Envoy and to the sandbox's data
 * plane, asks lib/mesh/simulate as well, and compares route, status, flags, details, path, authority and cluster. Where chance decides (weights, faults,
 * fractions) only the route is compared. Goes by {@link CHUNK} meshes; Pilot translates the next ones while requests are under way.
 */
export async function compareRequests(options: SurveyOptions): Promise<RequestSurvey> {
  const { cases, seed, say } = options
  const chunks = Array.from({ length: Math.ceil(cases / CHUNK) }, (_, index) => ({ seed: seed + index * CHUNK, cases: Math.min(CHUNK, cases - index * CHUNK) }))
  const judge = await startJudge({ features: 'plain', say })
  const surroundings = await startSurroundings()
  const kinds: Kinds = new Map()
  const sum = { requests: 0, listeners: 0, compared: 0, mismatches: 0, accepted: 0, refusedAlike: 0 }
  try {
    let next: Promise<EnvoyConfiguration[]> | undefined
    for (const [index, chunk] of chunks.entries()) {
      const configurations = await (next ?? configurationsOf(judge, chunk))
      const following = chunks[index + 1]
      next = following === undefined ? undefined : configurationsOf(judge, following)
      const acceptance = await compareAcceptance(chunk.seed, configurations, { say, sample: Math.ceil((options.sample ?? SAMPLE) / chunks.length) })
      const part = await compareChunk(configurations, { seed: chunk.seed, requests: Math.ceil(options.requests * chunk.cases / cases), surroundings, kinds })
      sum.requests += part.requests
      sum.listeners += part.listeners
      sum.compared += part.compared
      sum.mismatches += acceptance.mismatches
      sum.accepted += acceptance.accepted
      sum.refusedAlike += acceptance.refusedAlike
      if (chunks.length > 1) say(`${index + 1} of ${chunks.length}: ${sum.requests} requests, ${sum.compared} decisions compared, ${countOf(kinds)} mismatches`)
    }
    for (const [kind, { count, example }] of [...kinds].sort(([, a], [, b]) => b.count - a.count)) say(`${String(count).padStart(6)}  ${kind}\n        ${example}`)
    return { ...sum, mismatches: sum.mismatches + countOf(kinds) }
  } finally {
    judge.close()
    surroundings.close()
  }
}

function countOf(kinds: Kinds): number {
  return [...kinds.values()].reduce((sum, { count }) => sum + count, 0)
}

/** Compares the decisions about requests drawn at these configurations, of the meshes from `seed` on. */
async function compareChunk(configurations: readonly EnvoyConfiguration[], { seed, requests: wanted, surroundings, kinds }: { readonly seed: number; readonly requests: number; readonly surroundings: Surroundings; readonly kinds: Kinds }): Promise<Pick<RequestSurvey, 'requests' | 'listeners' | 'compared'>> {
  const envoy = await startEnvoyBench(configurations, surroundings)
  const ours = await startJavascriptBench(configurations, surroundings)
  try {
    const random = createRandom(seed)
    const places = configurations.flatMap((configuration, at) => configuration.listeners.flatMap((listener) => {
      const port = portOf(listener)
      return port === undefined || !envoy.listens(at, port) ? [] : [{ at, port, listener }]
    }))
    const requests = places.flatMap(({ at, port, listener }) => drawRequests(random, listener, configurations[at]?.routes ?? [], Math.ceil(wanted / Math.max(1, places.length))).map((drawn): BenchRequest => ({ ...drawn, at, port })))
    const theirs = await envoy.ask(requests)
    const mine = await ours.ask(requests)
    const simulated = simulateRequests(configurations, requests, surroundings)
    let compared = 0
    requests.forEach((request, index) => {
      const [a, b] = [theirs[index], mine[index]]
      if (a === undefined && b === undefined) return
      compared += 1
      const c = simulated[index]
      const kind = differenceOf(a, b, byChance(configurations[request.at], a)) ?? simulateDifference(a, c)
      if (kind === undefined) return
      const known = kinds.get(kind)
      if (known !== undefined) known.count += 1
      else kinds.set(kind, { count: 1, example: exampleOf(request, seed, { a, b, c }) })
    })
    return { requests: requests.length, listeners: places.length, compared }
  } finally {
    await envoy.close()
    await ours.close()
    surroundings.forget()
  }
}

function exampleOf(request: BenchRequest, seed: number, { a, b, c }: { readonly a: Decision | undefined; readonly b: Decision | undefined; readonly c: SimulatedDecision | undefined }): string {
  const more = `${request.http2 ? ' h2' : ''}${request.tls ? ` tls ${request.sni ?? ''} [${request.alpn.join(',')}] ${request.certificate ?? ''}` : ''}${request.from === undefined ? '' : ` from ${request.from}`}${request.jwt === undefined ? '' : ` ${JSON.stringify(request.jwt)}`}`
  return `seed ${seed + request.at} port ${request.port} ${request.method} ${request.authority}${request.path} ${JSON.stringify(request.headers)}${more}\n        Envoy ${JSON.stringify(a)}\n        ours  ${JSON.stringify(b)}\n        simulate ${JSON.stringify(c?.decision)}`
}

/** How many cases' own configurations are shown to Envoy, by default. */
const SAMPLE = 20

/** Shows Envoy what Meridian compiles for a sample of the cases; where it refuses one, it must refuse Pilot's too. */
async function compareAcceptance(seed: number, configurations: readonly EnvoyConfiguration[], { sample = SAMPLE, say }: { readonly sample?: number; readonly say: (line: string) => void }): Promise<{ readonly accepted: number; readonly refusedAlike: number; readonly mismatches: number }> {
  const found = { accepted: 0, refusedAlike: 0, mismatches: 0 }
  const step = Math.max(1, Math.floor(configurations.length / Math.max(1, sample)))
  for (let at = 0; at < configurations.length && sample > 0; at += step) {
    const pilot = configurations[at]
    const own = meridianConfiguration(compile, generateCase(seed + at, 3).objects, { namespace: 'istio-system', labels: { istio: 'ingressgateway' }, features: 'plain' })
    const objects = (items: readonly unknown[]) => items.filter(isJsonObject)
    const whole = { listeners: objects(own.listeners), routes: objects(own.routes), clusters: objects(own.clusters) }
    if (pilot === undefined || isEmpty(whole)) continue
    const reason = await refusedByEnvoy(whole)
    if (reason === undefined) found.accepted += 1
    else if (await refusedByEnvoy(pilot) !== undefined) found.refusedAlike += 1
    else {
      found.mismatches += 1
      say(`Envoy refuses what Meridian compiles for seed ${seed + at}, and takes Pilot's: ${reason}`)
    }
  }
  return found
}

/** Pilot's configurations of the generated meshes; an empty one where Pilot gives none. */
async function configurationsOf(judge: Judge, { seed, cases }: { readonly seed: number; readonly cases: number }): Promise<EnvoyConfiguration[]> {
  const out: EnvoyConfiguration[] = []
  for (let at = seed; at < seed + cases; at += 1) {
    const answer = await judge.translate({ yaml: yamlOf(generateCase(at, 3).objects), proxy: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }, want: ['listeners', 'routes', 'clusters', 'endpoints'] }).catch(() => undefined)
    const objects = (list: readonly unknown[]): JsonObject[] => list.filter(isJsonObject)
    out.push({ listeners: objects(answer?.listeners ?? []), routes: nameRoutes(objects(answer?.routes ?? [])), clusters: objects(answer?.clusters ?? []), endpoints: objects(answer?.endpoints ?? []) })
  }
  return out
}

/** Whether chance decides about the cluster of the route that was taken, or about a fault. */
function byChance(configuration: EnvoyConfiguration | undefined, decision: Decision | undefined): boolean {
  const route = decision?.route
  if (decision?.status === 0 && route === null && JSON.stringify(configuration?.listeners ?? []).includes('weighted_clusters')) return true
  const text = JSON.stringify((configuration?.routes ?? []).flatMap((one): JsonObject[] => [one]).map((one) => one['virtual_hosts']))
  const at = route === null || route === undefined ? -1 : text.indexOf(`"name":${JSON.stringify(route)}`)
  return at >= 0 && /weighted_clusters|http\.fault|runtime_fraction/.test(text)
}

function differenceOf(envoy: Decision | undefined, ours: Decision | undefined, chance: boolean): string | undefined {
  // A connection that never got to a filter has only a line of the listener's, which the sandbox does not write, and HTTP/2 that Node's codec refuses never comes to it.
  if (ours === undefined && envoy?.status === 0 && envoy.cluster === null) return undefined
  if (envoy?.status === 0 && envoy.flags === '-' && envoy.cluster === null && ours?.status === 0 && ours.cluster === null) return undefined
  if (envoy === undefined || ours === undefined) return envoy === undefined ? 'only ours answered' : 'only Envoy answered'
  const fields = (['route', 'status', 'flags', 'details', 'path', 'authority', 'cluster'] as const).filter((field) => envoy[field] !== ours[field])
  const relevant = chance && envoy.route === ours.route ? [] : fields
  return relevant.length === 0 ? undefined : relevant.map((field) => `${field}: ${classOf(envoy[field])} / ${classOf(ours[field])}`).join(', ')
}

/** How simulate differs from Envoy; where a draw decides, only the route counts. */
function simulateDifference(envoy: Decision | undefined, simulated: SimulatedDecision | undefined): string | undefined {
  if (envoy === undefined || simulated === undefined) return undefined
  const { decision, conditional, routed } = simulated
  const fields = conditional ? (['route'] as const) : routed ? (['route', 'status', 'flags', 'details', 'path', 'authority', 'cluster'] as const) : (['route', 'status', 'flags', 'details'] as const)
  // What an upstream answers is not the configuration's affair.
  const different = fields.filter((field) => envoy[field] !== decision[field] && (field !== 'status' || envoy.details !== 'via_upstream'))
  return different.length === 0 ? undefined : `simulate ${different.map((field) => `${field}: ${classOf(envoy[field])} / ${classOf(decision[field])}`).join(', ')}`
}

function classOf(value: string | number | null): string {
  return typeof value === 'string' ? value.replaceAll(/\[[^\]]*\]/g, '[]').replace(/^.*:\d+#\d+$/, 'a route').replace(/^outbound\|.*/, 'a cluster').slice(0, 60) : String(value)
}
