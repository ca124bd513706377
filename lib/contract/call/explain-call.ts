import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { configurationOfCompiled, configurationOfDump, type EnvoyConfiguration } from '@/lib/mesh/simulate/envoy-configuration'
import type { Explanation, TraceStep } from '@/lib/mesh/simulate/explanation'
import { simulate } from '@/lib/mesh/simulate/simulate'
import type { Snapshot } from '@/lib/mesh/snapshot'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { parseCall, type Call } from './call'
import { podPort, type PodPort } from '@/lib/mesh/translate/service-port'

/** A configuration that calls are sent through, and how its ports are reached. */
export interface CallTarget {
  readonly configuration: EnvoyConfiguration
  podPort(port: number): PodPort
}

/** A compiled gateway behind the Services of its input. */
export function compiledTarget(compiled: Compiled, snapshot: Snapshot, gateway: GatewayWorkload): CallTarget {
  const known = new Map<number, PodPort>()
  return {
    configuration: configurationOfCompiled(compiled),
    podPort(port) {
      const found = known.get(port) ?? podPort(snapshot, gateway, port)
      known.set(port, found)
      return found
    },
  }
}

/** An Envoy's config_dump; its ports are the pod's. */
export function dumpTarget(dump: unknown): CallTarget {
  return { configuration: configurationOfDump(dump), podPort: (port) => ({ kind: 'as-is', port }) }
}

/** No listener has this port, so that nothing answers a port that the Service has not. */
const closedPort = -1

/**
 * What becomes of a call: the URL's port through the Service, then what Envoy does. How the port was found stands as a
 * note in the listener's step. Its fields stand in the order of the documentation. @throws CallError for a call that makes no request.
 */
export function explainCall(target: CallTarget, call: Call): Explanation {
  const { url, listenerPort, request } = parseCall(call)
  const pod: PodPort = listenerPort === undefined ? target.podPort(url.port) : { kind: 'as-is', port: listenerPort }
  const explanation = simulate(target.configuration, { ...request, port: pod.kind === 'closed' ? closedPort : pod.port })
  const note = portNote(pod, url.port)
  const [first, ...rest] = explanation.trace
  const trace = note === undefined || first === undefined ? explanation.trace : [{ ...first, notes: [note, ...first.notes] }, ...rest]
  const { outcome, response, certainty, listener, filterChain, routeConfiguration, virtualHost, route, clusters, rewritten, resource, path } = explanation
  return { outcome, response, certainty, listener, filterChain, routeConfiguration, virtualHost, route, clusters, rewritten, resource, path, trace }
}

function portNote(pod: PodPort, port: number): TraceStep['notes'][number] | undefined {
  switch (pod.kind) {
    case 'as-is': return undefined
    case 'mapped': return { code: 'service-port', params: { service: pod.service, port: String(port), podPort: String(pod.port) } }
    case 'closed': return { code: 'service-port-missing', params: { services: pod.services.join(', '), port: String(port) } }
  }
}
