import { AppError } from '@/lib/contract/app-error'
import { liveParamsSchema, liveReplySchema } from '@/lib/contract/live'
import { mapHostsMost } from '@/lib/contract/views/map'
import { serverCertificates } from '@/lib/mesh/analyse/certificates'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import { serverId } from '@/lib/mesh/graph/map-server'
import { compareLive } from '@/lib/mesh/live/compare-live'
import { liveCompiled } from '@/lib/mesh/live/live-compiled'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import type { SessionState } from '../cluster-session/session-state'
import type { AdminReader } from './admin-reader'
import { liveConfiguration } from './live-configuration'
import { certs } from './shape'

/** What a gateway pod's Envoy has and lacks against what is declared for its gateway, and its map. The pod was checked. @throws AppError not-found, bad-request */
export async function readLive(reader: AdminReader, state: SessionState, { namespace, pod, params }: { readonly namespace: string; readonly pod: string; readonly params: unknown }): Promise<unknown> {
  const asked = liveParamsSchema.safeParse(params)
  if (!asked.success) throw new AppError('bad-request', 'The map to draw is not of the agreed form')
  const gateway = state.gateways().find((one) => one.namespace === namespace && gatewayPods(state.snapshot, one).some(({ metadata }) => metadata.name === pod))
  const compiled = gateway && state.compiled(gatewayKey(gateway))
  if (compiled === undefined) throw new AppError('not-found', `${namespace}/${pod} belongs to no gateway (any more)`)
  const { configuration, readAt } = await liveConfiguration(reader, namespace, pod)
  const { snapshot } = state
  const comparison = compareLive({ snapshot, compiled }, configuration)
  const { graph, open = [], q = '', ns = [], limit, focus = null } = asked.data
  const drawn = mapGraph({
    snapshot, compiled: [liveCompiled(configuration, compiled)], problems: state.problems(), gateways: [], open, filter: q, namespaces: ns, focus, endpoints: 'sent',
    limit: limit === undefined ? null : Math.min(mapHostsMost, Number(limit)),
    ...(graph === 'live' ? {} : { only: new Set(comparison.extra.map(({ id }) => id)) }),
  })
  const served = certs((await reader.read(namespace, pod, 'certs')).value).chains.flatMap(({ chain }) => chain.slice(0, 1)).map(({ subjectAltNames, daysLeft }) => ({ names: subjectAltNames, daysLeft }))
  const certificates = serverCertificates(compiled, served).map(({ server, daysLeft, problems }) => ({ server: serverId(server), daysLeft, problems }))
  return liveReplySchema.parse({ pod: { namespace, name: pod }, readAt, comparison, graph: drawn, certificates })
}
