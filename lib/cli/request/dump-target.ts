import type { JsonObject } from '@/lib/std/json'
import { dumpTarget, type CallTarget } from '@/lib/contract/call/explain-call'
import type { ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import { configurationOfParts } from '@/lib/mesh/simulate/envoy-configuration'
import { listOf, objectOf, stringOf } from '@/lib/mesh/simulate/read'
import { isCamelCase, toSnakeCase } from '@/lib/mesh/simulate/snake-case'
import { UsageError } from '../usage-error'

/**
 * The target in a JSON text: an Envoy's /config_dump (also one of a single resource), or what `meridian compile` prints.
 * One that holds no listeners at all is taken for its route configurations. @throws UsageError when it is neither.
 */
export function targetOfDump(text: string, where: string): CallTarget {
  const dump = parse(text, where)
  const target = Array.isArray(dump.listeners) ? partsTarget(dump) : dumpTarget(dump)
  const { listeners, lacksListeners } = target.configuration
  if (listeners.length === 0 && lacksListeners !== true) throw new UsageError(`${where}: there is no listener in it; give the whole /config_dump`)
  return target
}

function parse(text: string, where: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return objectOf(value)
  } catch (error) {
    throw new UsageError(`${where}: it is no JSON (${error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error)})`)
  }
}

function partsTarget(given: JsonObject): CallTarget {
  const parts = objectOf(isCamelCase(given) ? { ...objectOf(toSnakeCase(given)), routeConfigurations: toSnakeCase(given.routeConfigurations ?? given.routes ?? null) } : given)
  const endpoints = Array.isArray(parts.endpoints) ? parts.endpoints.map((item): ClusterLoadAssignment => ({ ...objectOf(item), cluster_name: stringOf(objectOf(item).cluster_name) ?? '' })) : undefined
  return {
    configuration: configurationOfParts({
      listeners: listOf(parts.listeners).map(objectOf), routeConfigurations: listOf(parts.routeConfigurations ?? parts.routes).map(objectOf), clusters: Array.isArray(parts.clusters) ? listOf(parts.clusters).map(objectOf) : undefined, endpoints,
    }),
    podPort: (port) => ({ kind: 'as-is', port }),
  }
}
