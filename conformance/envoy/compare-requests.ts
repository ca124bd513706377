import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { generateCase, yamlOf } from '../generate/case'
import { createRandom } from '../generate/random'
import { startJudge } from '../judge'
import type { BenchRequest, Decision } from './ask'
import { startEnvoyBench } from './bench'
import { startJavascriptBench } from './javascript-bench'
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
}

/**
 * Draws requests at Pilot's configurations of generated meshes, sends each to real Envoy and to the sandbox's data
 * plane, asks lib/mesh/simulate as well, and compares route, status, flags, details, path, authority and cluster. Where chance decides (weights, faults,
 * fractions) only the route is compared.
 */
export async function compareRequests(options: { readonly cases: number; readonly requests: number; readonly seed: number; readonly say: (line: string) => void }): Promise<RequestSurvey> {
  const { cases, seed, say } = options
  const configurations = await configurationsOf(seed, cases, say)
  const envoy = await startEnvoyBench(configurations)
  const ours = await startJavascriptBench(configurations)
  try {
    const random = createRandom(seed)
    const places = configurations.flatMap((configuration, at) => configuration.listeners.flatMap((listener) => {
      const port = portOf(listener)
      const routes = configuration.routes.find((candidate) => candidate['name'] === `http.${port ?? 0}`)
      return port === undefined || routes === undefined || !envoy.listens(at, port) ? [] : [{ at, port, routes }]
    }))
    const requests = places.flatMap(({ at, port, routes }) => drawRequests(random, routes, Math.ceil(options.requests / Math.max(1, places.length))).map((drawn): BenchRequest => ({ ...drawn, at, port })))
    const theirs = await envoy.ask(requests)
    const mine = await ours.ask(requests)
    const simulated = simulateRequests(configurations, requests)
    const kinds = new Map<string, { count: number; readonly example: string }>()
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
      else kinds.set(kind, { count: 1, example: `seed ${seed + request.at} port ${request.port} ${request.method} ${request.authority}${request.path} ${JSON.stringify(request.headers)}\n        Envoy ${JSON.stringify(a)}\n        ours  ${JSON.stringify(b)}\n        simulate ${JSON.stringify(c?.decision)}` })
    })
    const sorted = [...kinds].sort(([, a], [, b]) => b.count - a.count)
    for (const [kind, { count, example }] of sorted) say(`${String(count).padStart(6)}  ${kind}\n        ${example}`)
    return { requests: requests.length, listeners: places.length, compared, mismatches: sorted.reduce((sum, [, { count }]) => sum + count, 0) }
  } finally {
    await envoy.close()
    await ours.close()
  }
}

/** Pilot's configurations of the generated meshes; an empty one where Pilot gives none. */
async function configurationsOf(seed: number, cases: number, say: (line: string) => void): Promise<EnvoyConfiguration[]> {
  const judge = await startJudge({ features: 'plain', say })
  try {
    const out: EnvoyConfiguration[] = []
    for (let at = seed; at < seed + cases; at += 1) {
      const answer = await judge.translate({ yaml: yamlOf(generateCase(at, 3).objects), proxy: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }, want: ['listeners', 'routes', 'clusters', 'endpoints'] }).catch(() => undefined)
      const objects = (list: readonly unknown[]): JsonObject[] => list.filter(isJsonObject)
      out.push({ listeners: objects(answer?.listeners ?? []), routes: nameRoutes(objects(answer?.routes ?? [])), clusters: objects(answer?.clusters ?? []), endpoints: objects(answer?.endpoints ?? []) })
    }
    return out
  } finally {
    judge.close()
  }
}

/** Whether chance decides about the cluster of the route that was taken, or about a fault. */
function byChance(configuration: EnvoyConfiguration | undefined, decision: Decision | undefined): boolean {
  const route = decision?.route
  const text = JSON.stringify((configuration?.routes ?? []).flatMap((one): JsonObject[] => [one]).map((one) => one['virtual_hosts']))
  const at = route === null || route === undefined ? -1 : text.indexOf(`"name":${JSON.stringify(route)}`)
  return at >= 0 && /weighted_clusters|http\.fault|runtime_fraction/.test(text)
}

function differenceOf(envoy: Decision | undefined, ours: Decision | undefined, chance: boolean): string | undefined {
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
  const different = fields.filter((field) => envoy[field] !== decision[field])
  return different.length === 0 ? undefined : `simulate ${different.map((field) => `${field}: ${classOf(envoy[field])} / ${classOf(decision[field])}`).join(', ')}`
}

function classOf(value: string | number | null): string {
  return typeof value === 'string' ? value.replaceAll(/\[[^\]]*\]/g, '[]').replace(/^.*:\d+#\d+$/, 'a route').replace(/^outbound\|.*/, 'a cluster').slice(0, 60) : String(value)
}
