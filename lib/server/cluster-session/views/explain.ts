import { callOf } from '@/lib/contract/call/call-params'
import { CallError } from '@/lib/contract/call/call-error'
import { parseCall, type Call } from '@/lib/contract/call/call'
import { compiledTarget, explainCall } from '@/lib/contract/call/explain-call'
import { explainView } from '@/lib/contract/views/explain'
import type { ExplanationData } from '@/lib/contract/explanation'
import { gatewayAddresses } from '@/lib/mesh/gateway-list/gateway-list'
import { gatewayHosts } from '@/lib/mesh/gateway-list/gateway-hosts'
import { gatewayKey, type GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { explainedFacts } from '@/lib/mesh/live/explained-facts'
import { defaultGateway } from '@/lib/mesh/graph/map-entries'
import type { Explanation } from '@/lib/mesh/simulate/explanation'
import { stripPort } from '@/lib/mesh/simulate/virtual-host'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { ownProperty, isJsonObject } from '@/lib/std/json'
import { defineViewModule } from '../view-module'

/** View `explain` (contract/views/explain). */
export const explainModule = defineViewModule({
  contract: explainView,
  compute: (state, params) => {
    const read: ReadCall = params.url === undefined || params.url.trim() === '' ? { kind: 'none' } : readCall(() => callOf(params))
    const host = read.kind === 'call' ? stripPort(read.parsed.request.authority).toLowerCase() : undefined
    const gateways = state.gateways().map((gateway) => {
      const compiled = host === undefined ? undefined : state.compiled(gatewayKey(gateway))
      return { workload: gateway, gateway: gatewayKey(gateway), claims: compiled === undefined || host === undefined ? null : claimOf(compiled, host), addresses: [...gatewayAddresses(state.snapshot, gateway)], pods: runningPods(state, gateway) }
    })
    const first = defaultGateway(state.snapshot, state.gateways())
    const chosen = gateways.find(({ gateway }) => gateway === params.gateway) ?? (params.gateway === undefined ? gateways.find(({ claims }) => claims !== null) ?? gateways.find(({ workload }) => workload === first) : undefined)
    const head = { gateways: gateways.map(({ workload: _workload, ...rest }) => rest), gateway: chosen?.gateway ?? null }
    if (read.kind !== 'call') return { ...head, answer: read }
    const compiled = chosen === undefined ? undefined : state.compiled(chosen.gateway)
    if (chosen === undefined || compiled === undefined) return { ...head, answer: { kind: 'none' as const } }
    const { request, url } = read.parsed
    const target = compiledTarget(compiled, state.snapshot, chosen.workload)
    const explanation = explainCall(target, read.call)
    const facts = explainedFacts(target.configuration, explanation)
    return {
      ...head,
      answer: {
        kind: 'explained' as const, explanation: explanationData(explanation), facts: { hops: [...facts.hops], tried: [...facts.tried], chain: facts.chain && { names: [...facts.chain.names], tls: facts.chain.tls } },
        request: { method: request.method, authority: request.authority, path: request.path, port: url.port, protocol: request.protocol, tls: request.tls, sni: request.sni ?? '' },
      },
    }
  },
})

type ReadCall = { readonly kind: 'none' } | { readonly kind: 'call'; readonly call: Call; readonly parsed: ReturnType<typeof parseCall> } | { readonly kind: 'wrong'; readonly field: CallError['field']; readonly message: string }

function readCall(make: () => Call): ReadCall {
  try {
    const call = make()
    return { kind: 'call', call, parsed: parseCall(call) }
  } catch (error) {
    if (error instanceof CallError) return { kind: 'wrong', field: error.field, message: error.message }
    throw error
  }
}

/** The host of the gateway that takes `host`: itself, else the longest wildcard over it. */
function claimOf(compiled: Compiled, host: string): string | null {
  const hosts = gatewayHosts(compiled).filter((one) => one === host || (one.startsWith('*.') && host.endsWith(one.slice(1))) || one === '*')
  return hosts.find((one) => one === host) ?? [...hosts].sort((a, b) => b.length - a.length)[0] ?? null
}

function runningPods(state: { readonly snapshot: Parameters<typeof gatewayPods>[0] }, gateway: GatewayWorkload): string[] {
  return gatewayPods(state.snapshot, gateway).filter((pod) => {
    const status = ownProperty(pod, 'status')
    return isJsonObject(status) && status['phase'] === 'Running'
  }).map((pod) => pod.metadata.name)
}

/** An explanation as it goes over the wire. */
export function explanationData(explanation: Explanation): ExplanationData {
  return {
    ...explanation,
    certainty: explanation.certainty.kind === 'exact' ? { kind: 'exact' } : { kind: 'conditional', on: [...explanation.certainty.on] },
    clusters: [...explanation.clusters],
    trace: explanation.trace.map((step) => ({ ...step, losers: [...step.losers], notes: [...step.notes] })),
  }
}
