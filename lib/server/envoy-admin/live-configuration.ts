import { configurationOfDump, type EnvoyConfiguration } from '@/lib/mesh/simulate/envoy-configuration'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { AdminReader } from './admin-reader'

const paths = ['listeners', 'staticListeners', 'routes', 'staticRoutes', 'clusters', 'staticClusters', 'hosts'] as const

/** A configuration is made once of the same readings; they are shared by all who ask within seconds. */
const made = new WeakMap<JsonObject, { readonly of: readonly JsonObject[]; readonly configuration: EnvoyConfiguration }>()

/** What a pod's Envoy has: its config dump without secrets, and its endpoints' health. `readAt` is the oldest part's, epoch ms. The pod was checked. */
export async function liveConfiguration(reader: AdminReader, namespace: string, pod: string): Promise<{ readonly configuration: EnvoyConfiguration; readonly readAt: number }> {
  const readings = []
  for (const path of paths) readings.push(await reader.read(namespace, pod, path))
  return { configuration: configurationOf(readings.map((reading) => reading.value)), readAt: Math.min(...readings.map((reading) => reading.readAt)) }
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
