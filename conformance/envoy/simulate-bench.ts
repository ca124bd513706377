import { configurationOfParts } from '@/lib/mesh/simulate/envoy-configuration'
import type { EnvoyConfiguration as Simulated } from '@/lib/mesh/simulate/envoy-configuration'
import type { Explanation } from '@/lib/mesh/simulate/explanation'
import { simulate } from '@/lib/mesh/simulate/simulate'
import type { BenchRequest, Decision } from './ask'
import { prepareCase } from './prepare'
import type { EnvoyConfiguration } from './prepare'

/** simulate's answer. `routed`: path, authority and cluster are told as sent upstream; else only the log's other fields count. */
export interface SimulatedDecision {
  readonly decision: Decision
  readonly conditional: boolean
  readonly routed: boolean
}

/** What lib/mesh/simulate says about requests to these configurations, in the form of a decision; `conditional` where its answer depends on a draw. */
export function simulateRequests(configurations: readonly EnvoyConfiguration[], requests: readonly BenchRequest[]): readonly SimulatedDecision[] {
  const prepared = configurations.map(prepare)
  return requests.map((request) => {
    const configuration = prepared[request.at]
    if (configuration === undefined) return { decision: noDecision, conditional: true, routed: false }
    const explanation = simulate(configuration, {
      port: request.port, protocol: 'http1', tls: 'off', method: request.method, scheme: 'http', authority: request.authority, path: request.path, headers: request.headers, peerAddress: '127.0.0.1', localAddress: '127.0.0.1',
    })
    return { decision: decisionOf(explanation), conditional: explanation.certainty.kind === 'conditional' || explanation.clusters.length > 1, routed: explanation.outcome.kind === 'routed' }
  })
}

const noDecision: Decision = { route: null, cluster: null, status: null, flags: '-', details: '', path: '', authority: '' }

/** The same configuration that the running sides get, on the pod's own ports. */
function prepare(configuration: EnvoyConfiguration): Simulated {
  const made = prepareCase(configuration, { prefix: '', upstreamPort: 1, logFile: '/dev/null', portFor: (port) => port })
  return configurationOfParts({ listeners: made.listeners, routeConfigurations: [], clusters: made.clusters, endpoints: [] })
}

function decisionOf(explanation: Explanation): Decision {
  const { response } = explanation
  const only = explanation.clusters.length === 1 ? explanation.clusters[0] : undefined
  const named = only !== undefined && only.state !== 'missing' ? only.name : null
  return {
    route: explanation.route, cluster: named, status: response.status ?? 200, flags: response.flags, details: response.details,
    path: explanation.rewritten.path, authority: explanation.rewritten.authority,
  }
}
