import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import { configurationOfParts } from '@/lib/mesh/simulate/envoy-configuration'
import { applyOperations } from '@/lib/mesh/simulate/header-operations'
import type { Explanation } from '@/lib/mesh/simulate/explanation'
import { simulate } from '@/lib/mesh/simulate/simulate'
import { createDataPlane } from '@/lib/sandbox/data-plane/create-data-plane'
import type { JsonObject } from '@/lib/std/json'
import type { ProbeAnswer, ProbeCase } from './probe-case'
import { placeOf, probeClusters, probeListener, probePort } from './probe-configuration'
import { askProbes, comparable } from './probe-run'
import { simulatedOf } from './simulate-bench'
import { startSurroundings, upstreamResponse } from './surroundings'

/** simulate's explanation of every request of a probe. */
export function simulateProbe(probe: ProbeCase): Explanation[] {
  const clusters = probeClusters(1)
  const listener = probeListener(probe, { port: probePort, upstreamPort: 1, logFile: '/dev/null', certificate: { chain: '', key: '', trusted: 'trusted' }, jwks: '{}' })
  const configuration = configurationOfParts({ listeners: [listener], routeConfigurations: [], clusters, endpoints: [] })
  return probe.requests.map((request) => simulate(configuration, { ...simulatedOf(request, probePort), ...(request.jwt === undefined ? {} : { jwtClaims: request.jwt }) }))
}

/** What differs between Envoy's answer and simulate's, as `field: Envoy's / ours`; empty where nothing does. Where simulate names conditions, only what it still claims counts. */
export function simulateDifferences(answer: ProbeAnswer | null, mine: Explanation): string[] {
  if (answer === null) return mine.response.flags === '-' && mine.response.status === null && mine.outcome.kind !== 'routed' ? [] : [`Envoy logs nothing / ours ${mine.outcome.kind} ${JSON.stringify(mine.response)}`]
  const only = mine.clusters.length === 1 ? mine.clusters[0] : undefined
  const { status, flags, details } = mine.response
  const tcp = mine.outcome.kind === 'tcp'
  const ours = {
    route: mine.route, cluster: only !== undefined && only.state !== 'missing' ? only.name : null, status: tcp ? 0 : status ?? (mine.outcome.kind === 'routed' ? 200 : 0), flags, details: answer.details === 'websocket_handshake_unsuccessful' && details === 'via_upstream' ? answer.details : details === '-' ? '' : details,
    path: mine.rewritten.path, authority: mine.rewritten.authority, location: mine.outcome.location,
  }
  const fields = (['route', 'status', 'flags', 'details', 'location'] as const).filter((field) => field !== 'details' || !tcp)
  const routed: readonly (keyof typeof ours)[] = [...fields, ...(mine.outcome.kind === 'routed' || tcp ? ['cluster' as const] : []), ...(answer.path === '' ? [] : ['path' as const, 'authority' as const])]
  // Whether a connection is refused is the network's affair, not the configuration's.
  if (answer.flags.includes('UF') && mine.response.details !== 'cluster_not_found') return answer.route === mine.route ? [] : [`route: ${String(answer.route)} / ${String(mine.route)}`]
  const compared = routed.filter((field) => field !== 'status' || !upstreamDetails.has(answer.details) || mine.outcome.kind !== 'routed')
  const headers = mine.upstreamHeaders === undefined || mine.upstreamHeaders === null || answer.upstream === undefined ? [] : headerDifferences(answer, mine)
  return [...headers, ...compared.filter((field) => (answer[field] ?? '') !== (ours[field] ?? '')).map((field) => `${field}: ${String(answer[field])} / ${String(ours[field])}`)]
}

/** What is logged of an answer that the upstream gave. */
const upstreamDetails: ReadonlySet<string> = new Set(['via_upstream', 'websocket_handshake_unsuccessful'])

/** How the headers differ that went upstream and came back; a token is another each time, and what only the answer fills is not known. */
function headerDifferences(answer: ProbeAnswer, mine: Explanation): string[] {
  const withoutToken = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('authorization:'))
  const upstream = withoutToken(comparable((mine.upstreamHeaders ?? []).map(([name, value]) => `${name}: ${value}`)))
  const back = new Map(upstreamResponse.map(([name, value]) => [name, [value]]))
  for (const level of mine.responseHeaders ?? []) applyOperations(back, level)
  const open = new Set([...back].filter(([, values]) => values.some((value) => value.includes('%'))).map(([name]) => name))
  const known = (lines: readonly string[]) => joined(lines.filter((line) => !open.has(line.slice(0, line.indexOf(':'))) && !line.startsWith('via:')))
  const response = comparable([...back].flatMap(([name, values]) => values.map((value) => `${name}: ${value}`)))
  const pairs = [['upstream', withoutToken(answer.upstream ?? []), upstream], ['response', known(answer.response ?? []), known(response)]] as const
  return pairs.filter(([, a, b]) => JSON.stringify(a) !== JSON.stringify(b)).map(([name, a, b]) => `${name}: ${JSON.stringify(a)} / ${JSON.stringify(b)}`)
}

/** One line a name: an HTTP/2 client joins the values of most. */
function joined(lines: readonly string[]): string[] {
  const out = new Map<string, string>()
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':'))
    const value = line.slice(name.length + 2)
    out.set(name, out.has(name) ? `${out.get(name) ?? ''}, ${value}` : value)
  }
  return [...out].map(([name, value]) => `${name}: ${value}`)
}

/** What differs between Envoy's answer and the data plane's. */
export function answerDifferences(answer: ProbeAnswer | null, mine: ProbeAnswer | null): string[] {
  // A connection that never got to its chain has only the listener's line, which says nothing.
  if (mine === null && answer?.status === 0 && answer.flags === '-' && answer.cluster === null) return []
  if (answer === null || mine === null) return answer === mine ? [] : [`Envoy ${JSON.stringify(answer)} / ours ${JSON.stringify(mine)}`]
  const fields = ['route', 'cluster', 'status', 'flags', 'details', 'path', 'authority', 'location', 'termination', 'upstream', 'response'] as const
  return fields.filter((field) => JSON.stringify(answer[field]) !== JSON.stringify(mine[field])).map((field) => `${field}: ${JSON.stringify(answer[field])} / ${JSON.stringify(mine[field])}`)
}

/** Asks the sandbox's data plane about every probe, each listener in a plane of its own. */
export async function askDataPlane(probes: readonly ProbeCase[]): Promise<{ readonly answers: Record<string, (ProbeAnswer | null)[]>; readonly refused: ReadonlyMap<string, string> }> {
  const surroundings = await startSurroundings()
  const lines: string[] = []
  const refused = new Map<string, string>()
  const planes = new Map<string, ReturnType<typeof createDataPlane>>()
  try {
    for (const probe of probes) {
      const plane = createDataPlane({
        resolveAddress: (host, port) => ({ host, port }), bindPort: () => 0, readFile: () => undefined, onLogLine: (line) => lines.push(line), podAddress: '127.0.0.1', rejectsFragment: true, random: () => 0, now: Date.now,
      })
      planes.set(probe.name, plane)
      const clusters = probeClusters(surroundings.upstreamPort).map((cluster) => resource<Cluster>(cluster))
      const listener = resource<Listener>(probeListener(probe, { ...placeOf(surroundings), port: probePort, logFile: '/dev/stdout' }))
      const { rejected } = await plane.apply({ version: '1', listeners: [listener], routeConfigurations: [], clusters, endpoints: clusters.flatMap(({ load_assignment: own }): ClusterLoadAssignment[] => own === undefined ? [] : [own]), secrets: [] })
      for (const { details } of rejected) refused.set(probe.name, details)
    }
    return { answers: await askProbes(surroundings, probes, (name) => planes.get(name)?.boundPorts().get(probePort), () => lines.join('\n')), refused }
  } finally {
    await Promise.all([...planes.values()].map((plane) => plane.close()))
    surroundings.close()
  }
}

/** A probe's listener and clusters are Envoy's own; their JSON is taken as such once it has a name. */
function resource<T extends { readonly name: string }>(value: JsonObject): T {
  const unknown: unknown = value
  if (isNamed<T>(unknown)) return unknown
  throw new Error('a resource has a name')
}

function isNamed<T extends { readonly name: string }>(value: unknown): value is T {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
}
