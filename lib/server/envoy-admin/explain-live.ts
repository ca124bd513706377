import { AppError } from '@/lib/contract/app-error'
import { CallError } from '@/lib/contract/call/call-error'
import { callOf, callParamsSchema } from '@/lib/contract/call/call-params'
import { explainCall } from '@/lib/contract/call/explain-call'
import { liveExplanationSchema } from '@/lib/contract/views/explain'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { configurationOfDump, type EnvoyConfiguration } from '@/lib/mesh/simulate/envoy-configuration'
import type { Snapshot } from '@/lib/mesh/snapshot'
import { gatewayPods } from '@/lib/mesh/translate/gateway-workloads'
import { podPort } from '@/lib/mesh/translate/service-port'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { AdminReader } from './admin-reader'

const paths = ['listeners', 'staticListeners', 'routes', 'staticRoutes', 'clusters', 'staticClusters', 'hosts'] as const

/** A configuration is made once of the same readings; they are shared by all who ask within seconds. */
const made = new WeakMap<JsonObject, { readonly of: readonly JsonObject[]; readonly configuration: EnvoyConfiguration }>()

/** What the pod's own Envoy would do with a call, by its config dump and its endpoints' health. The pod was checked. @throws AppError bad-request for a call that makes no request */
export async function explainLive(reader: AdminReader, at: { readonly snapshot: Snapshot; readonly gateways: readonly GatewayWorkload[]; readonly namespace: string; readonly pod: string; readonly params: unknown }): Promise<unknown> {
  const params = callParamsSchema.safeParse(at.params)
  if (!params.success) throw new AppError('bad-request', 'The request to explain is not of the agreed form')
  const gateway = at.gateways.find((one) => one.namespace === at.namespace && gatewayPods(at.snapshot, one).some((pod) => pod.metadata.name === at.pod))
  const readings = []
  for (const path of paths) readings.push(await reader.read(at.namespace, at.pod, path))
  try {
    const explanation = explainCall({
      configuration: configurationOf(readings.map((reading) => reading.value)),
      podPort: (port) => (gateway === undefined ? { kind: 'as-is', port } : podPort(at.snapshot, gateway, port)),
    }, callOf(params.data))
    return liveExplanationSchema.parse({ pod: { namespace: at.namespace, name: at.pod }, readAt: Math.min(...readings.map((reading) => reading.readAt)), explanation })
  } catch (error) {
    if (error instanceof CallError) throw new AppError('bad-request', error.message, { cause: error })
    throw error
  }
}

function configurationOf(values: readonly JsonObject[]): EnvoyConfiguration {
  const key = values[0] ?? {}
  const known = made.get(key)
  if (known !== undefined && known.of.every((value, index) => value === values[index])) return known.configuration
  const hosts = values.at(-1) ?? {}
  const configs = values.slice(0, -1).flatMap((value) => listOf(value['configs']))
  const configuration = configurationOfDump({ configs: [...configs, endpointsDump(hosts)] })
  made.set(key, { of: values, configuration })
  return configuration
}

/** Envoy's /clusters as the endpoints' part of a dump: the health that the load balancer goes by. */
function endpointsDump(clusters: JsonObject): JsonObject {
  return {
    '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump',
    dynamic_endpoint_configs: listOf(clusters['cluster_statuses']).filter(isJsonObject).map((cluster) => ({
      endpoint_config: {
        cluster_name: cluster['name'] ?? '',
        endpoints: [{ lb_endpoints: listOf(cluster['host_statuses']).filter(isJsonObject).map((host) => ({ health_status: healthOf(host['health_status']) })) }],
      },
    })),
  }
}

/** Ejected and failed hosts count as unhealthy, whatever discovery said of them. */
function healthOf(status: Json | undefined): string {
  if (!isJsonObject(status)) return 'HEALTHY'
  if (status['failed_active_health_check'] === true || status['failed_outlier_check'] === true || status['failed_active_degraded_check'] === true) return 'UNHEALTHY'
  return typeof status['eds_health_status'] === 'string' ? status['eds_health_status'] : 'HEALTHY'
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
