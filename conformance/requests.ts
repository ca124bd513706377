import { parseArgs } from 'node:util'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { BenchRequest, Decision } from './envoy/ask'
import { startEnvoyBench } from './envoy/bench'
import { startJavascriptBench } from './envoy/javascript-bench'
import { nameRoutes, portOf, type EnvoyConfiguration } from './envoy/prepare'
import { drawRequests } from './envoy/requests'
import { generateCase, yamlOf } from './generate/case'
import { createRandom } from './generate/random'
import { startJudge } from './judge'
import { runMain, UsageError } from './process/usage-error'

const usage = `usage: npm run conformance:requests -- [--cases N] [--requests N] [--seed S]
Draws requests at Pilot's configurations of generated meshes and compares what real Envoy and the sandbox's data plane do with each.`

await runMain(async () => {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '40' }, requests: { type: 'string', default: '4000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) } } })
  const cases = Number(values.cases)
  const seed = Number(values.seed)
  const wanted = Number(values.requests)
  if (![cases, seed, wanted].every(Number.isInteger)) throw new UsageError(usage)
  const configurations: EnvoyConfiguration[] = []
  const judge = await startJudge({ features: 'plain', say: (line) => console.error(line) })
  for (let at = seed; at < seed + cases; at += 1) {
    const answer = await judge.translate({ yaml: yamlOf(generateCase(at, 3).objects), proxy: { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }, want: ['listeners', 'routes', 'clusters', 'endpoints'] }).catch(() => undefined)
    const objects = (list: readonly unknown[]) => list.filter(isJsonObject)
    configurations.push({ listeners: objects(answer?.listeners ?? []), routes: nameRoutes(objects(answer?.routes ?? [])), clusters: objects(answer?.clusters ?? []), endpoints: objects(answer?.endpoints ?? []) })
  }
  judge.close()

  const envoy = await startEnvoyBench(configurations)
  const ours = await startJavascriptBench(configurations)
  try {
    for (const { at, reason } of envoy.rejected) console.log(`seed ${seed + at}: Envoy refuses a listener: ${reason}`)
    const random = createRandom(seed)
    const places = configurations.flatMap((configuration, at) => configuration.listeners.flatMap((listener) => {
      const port = portOf(listener)
      const routes = configuration.routes.find((candidate) => candidate['name'] === `http.${port ?? 0}`)
      return port === undefined || routes === undefined || !envoy.listens(at, port) ? [] : [{ at, port, routes }]
    }))
    const requests = places.flatMap(({ at, port, routes }) => drawRequests(random, routes, Math.ceil(wanted / Math.max(1, places.length))).map((drawn): BenchRequest => ({ ...drawn, at, port })))
    const theirs = await envoy.ask(requests)
    const mine = await ours.ask(requests)
    const kinds = new Map<string, { count: number; readonly example: string }>()
    let compared = 0
    requests.forEach((request, index) => {
      const [a, b] = [theirs[index], mine[index]]
      if (a === undefined && b === undefined) return
      compared += 1
      const kind = differenceOf(a, b, weighted(configurations[request.at], a))
      if (kind === undefined) return
      const known = kinds.get(kind)
      const example = `seed ${seed + request.at} port ${request.port} ${request.method} ${request.authority}${request.path} ${JSON.stringify(request.headers)}\n        Envoy ${JSON.stringify(a)}\n        ours  ${JSON.stringify(b)}`
      if (known === undefined) kinds.set(kind, { count: 1, example })
      else known.count += 1
    })
    const sorted = [...kinds].sort(([, a], [, b]) => b.count - a.count)
    for (const [kind, { count, example }] of sorted) console.log(`${String(count).padStart(6)}  ${kind}\n        ${example}`)
    const mismatches = sorted.reduce((sum, [, { count }]) => sum + count, 0)
    console.log(`${requests.length} requests at ${places.length} listeners of ${cases} meshes from seed ${seed}; ${compared} decisions compared: ${mismatches} mismatches`)
    return mismatches === 0 && compared > 0 ? 0 : 1
  } finally {
    await envoy.close()
    await ours.close()
  }
})

/** Whether chance decides about the cluster of the route that was taken, or about a fault. */
function weighted(configuration: EnvoyConfiguration | undefined, decision: Decision | undefined): boolean {
  const route = decision?.route
  const text = JSON.stringify((configuration?.routes ?? []).flatMap((one): JsonObject[] => [one]).map((one) => one['virtual_hosts']))
  const at = route === null || route === undefined ? -1 : text.indexOf(`"name":${JSON.stringify(route)}`)
  return at >= 0 && /weighted_clusters|"fault"|runtime_fraction/.test(text)
}

function differenceOf(envoy: Decision | undefined, ours: Decision | undefined, chance: boolean): string | undefined {
  if (envoy === undefined || ours === undefined) return envoy === undefined ? 'only ours answered' : 'only Envoy answered'
  const fields = (['route', 'status', 'flags', 'details', 'path', 'authority', 'cluster'] as const).filter((field) => envoy[field] !== ours[field])
  const relevant = chance && envoy.route === ours.route ? envoy.cluster === ours.cluster ? fields.filter((field) => field === 'path') : [] : fields
  return relevant.length === 0 ? undefined : relevant.map((field) => `${field}: ${classOf(envoy[field])} / ${classOf(ours[field])}`).join(', ')
}

function classOf(value: string | number | null): string {
  return typeof value === 'string' ? value.replaceAll(/\[[^\]]*\]/g, '[]').replace(/^.*:\d+#\d+$/, 'a route').replace(/^outbound\|.*/, 'a cluster').slice(0, 60) : String(value)
}
