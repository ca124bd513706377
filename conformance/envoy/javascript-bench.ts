import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import { createDataPlane } from '@/lib/sandbox/data-plane/create-data-plane'
import type { JsonObject } from '@/lib/std/json'
import { createAsker } from './ask'
import type { EnvoyBench } from './bench'
import { portOf, prepareCase, type EnvoyConfiguration } from './prepare'
import type { Surroundings } from './surroundings'

/** The sandbox's data plane with a list of configurations, in the form of {@link EnvoyBench}: each in a plane of its own. */
export async function startJavascriptBench(configurations: readonly EnvoyConfiguration[], surroundings: Surroundings): Promise<EnvoyBench> {
  const lines: string[] = []
  const rejected: { at: number; reason: string }[] = []
  const planes = await Promise.all(configurations.map(async (configuration, at) => {
    const prepared = prepareCase(configuration, { prefix: `c${at}~`, upstreamPort: surroundings.upstreamPort, certificate: surroundings.server, jwks: surroundings.jwks, logFile: '/dev/stdout', portFor: (port) => port })
    const plane = createDataPlane({
      resolveAddress: (host, port) => ({ host, port }), bindPort: () => 0, readFile: () => undefined, onLogLine: (line) => lines.push(line), podAddress: '127.0.0.1', random: Math.random, now: Date.now,
    })
    const applied = await plane.apply({ version: '1', listeners: prepared.listeners.map(asListener), routeConfigurations: [], clusters: prepared.clusters.map(asCluster), endpoints: prepared.clusters.flatMap(assignment), secrets: [] })
    for (const { details } of applied.rejected) rejected.push({ at, reason: details })
    const names = new Map(prepared.listeners.map((listener) => [portOf(listener), String(listener['name'])]))
    return { plane, names }
  }))
  const find = (at: number, port: number) => {
    const bound = planes[at]?.plane.boundPorts().get(port)
    return bound === undefined ? undefined : { port: bound, name: planes[at]?.names.get(port) ?? '' }
  }
  return {
    rejected,
    listens: (at, port) => find(at, port) !== undefined,
    ask: createAsker(find, surroundings, () => lines.join('\n')),
    async close() { await Promise.all(planes.map(({ plane }) => plane.close())) },
  }
}

/** What Pilot sends is a Listener of Envoy's; its JSON is taken as one. */
function asListener(value: JsonObject): Listener {
  const listener: unknown = value
  if (isResource(listener)) return listener
  throw new Error('a listener has a name')
}

/** What Pilot sends is a Cluster of Envoy's; its JSON is taken as one. */
function asCluster(value: JsonObject): Cluster {
  const cluster: unknown = value
  if (isResource(cluster)) return cluster
  throw new Error('a cluster has a name')
}

function assignment(cluster: JsonObject): ClusterLoadAssignment[] {
  const found = asCluster(cluster).load_assignment
  return found === undefined ? [] : [found]
}

function isResource(value: unknown): value is Listener & Cluster {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
