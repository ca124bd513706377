import { configurationOfParts } from '@/lib/mesh/simulate/envoy-configuration'
import type { EnvoyConfiguration as Simulated } from '@/lib/mesh/simulate/envoy-configuration'
import type { Explanation, SimulatedRequest } from '@/lib/mesh/simulate/explanation'
import { simulate } from '@/lib/mesh/simulate/simulate'
import type { BenchRequest, Decision } from './ask'
import { prepareCase } from './prepare'
import type { ProbeRequest } from './probe-case'
import { clientNames, type Surroundings } from './surroundings'
import type { EnvoyConfiguration } from './prepare'

/** simulate's answer. `routed`: path, authority and cluster are told as sent upstream; else only the log's other fields count. */
export interface SimulatedDecision {
  readonly decision: Decision
  readonly conditional: boolean
  readonly routed: boolean
}

/** What lib/mesh/simulate says about requests to these configurations, in the form of a decision; `conditional` where its answer depends on a draw. */
export function simulateRequests(configurations: readonly EnvoyConfiguration[], requests: readonly BenchRequest[], surroundings: Surroundings): readonly SimulatedDecision[] {
  const prepared = configurations.map((configuration) => prepare(configuration, surroundings))
  return requests.map((request) => {
    const configuration = prepared[request.at]
    if (configuration === undefined) return { decision: noDecision, conditional: true, routed: false }
    const token = request.jwt === undefined ? [] : [['authorization', `Bearer ${surroundings.sign(request.jwt)}`] as const]
    const explanation = simulate(configuration, simulatedOf({ ...request, headers: [...request.headers, ...token] }, request.port))
    const { certainty } = explanation
    // The bench signs its tokens with the key that the configuration names.
    const open = certainty.kind === 'conditional' && certainty.on.some((what) => what !== 'jwt-signature')
    return { decision: decisionOf(explanation), conditional: open || explanation.clusters.length > 1, routed: explanation.outcome.kind === 'routed' || explanation.outcome.kind === 'tcp' }
  })
}

/** A request in simulate's form. */
export function simulatedOf(request: ProbeRequest, port: number): SimulatedRequest {
  const headers = new Map<string, string[]>()
  for (const [name, value] of request.headers) headers.set(name, [...(headers.get(name) ?? []), value])
  return {
    port, protocol: request.http2 ? 'http2' : 'http1', tls: !request.tls ? 'off' : request.certificate === undefined ? 'on' : 'mutual', ...(request.sni === undefined ? {} : { sni: request.sni }), alpn: request.alpn,
    method: request.method, scheme: request.tls ? 'https' : 'http', authority: request.authority, path: request.path, headers: Object.fromEntries(headers), peerAddress: '127.0.0.1', localAddress: '127.0.0.1',
    ...(request.from === undefined ? {} : { proxyProtocol: { sourceAddress: request.from } }), ...(request.certificate === undefined ? {} : { clientNames: [...clientNames], clientCertificate: request.certificate === 'good' ? 'trusted' : 'untrusted' }),
  }
}

const noDecision: Decision = { route: null, cluster: null, status: null, flags: '-', details: '', path: '', authority: '' }

/** The same configuration that the running sides get, on the pod's own ports. */
function prepare(configuration: EnvoyConfiguration, surroundings: Surroundings): Simulated {
  const made = prepareCase(configuration, { prefix: '', upstreamPort: 1, certificate: surroundings.server, jwks: surroundings.jwks, logFile: '/dev/null', portFor: (port) => port })
  return configurationOfParts({ listeners: made.listeners, routeConfigurations: [], clusters: made.clusters, endpoints: [], rejectsFragment: false })
}

function decisionOf(explanation: Explanation): Decision {
  const { response, outcome } = explanation
  const only = explanation.clusters.length === 1 ? explanation.clusters[0] : undefined
  const named = only !== undefined && only.state !== 'missing' ? only.name : null
  const bare = outcome.kind === 'tcp' || outcome.kind === 'tls-error' || outcome.kind === 'no-filter-chain' || (outcome.kind === 'denied' && response.status === null)
  return {
    route: explanation.route, cluster: named, status: response.status ?? (bare || outcome.kind === 'protocol-error' ? 0 : 200), flags: response.flags, details: response.details === '-' || outcome.kind === 'tcp' ? '' : response.details,
    path: bare ? '' : explanation.rewritten.path, authority: bare ? '' : explanation.rewritten.authority,
  }
}
