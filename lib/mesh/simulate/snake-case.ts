import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'

/** Fields whose keys are data, not field names; their keys stay as they are. */
const maps: ReadonlySet<string> = new Set([
  'filter_metadata', 'typed_filter_metadata', 'typed_per_filter_config', 'typed_extension_protocol_options', 'policies', 'providers', 'requirement_map', 'labels', 'fields', 'match_labels',
  'value', 'json_format', 'filter_state_rules', 'LABELS', 'metadata',
])

/** Nesting past this is no Envoy configuration (protobuf's own limit is 100); it is cut off. */
const DEEPEST = 200

/** Envoy's JSON with field names in snake_case, whichever of protojson's two forms it came in. Type URLs and map keys stay. */
export function toSnakeCase(value: Json, depth = 0): Json {
  if (depth > DEEPEST) return null
  if (Array.isArray(value)) return value.map((item: Json) => toSnakeCase(item, depth + 1))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return []
    const name = fieldName(key)
    return [[name, maps.has(name) ? keepKeys(item, depth + 1) : toSnakeCase(item, depth + 1)] as const]
  }))
}

function keepKeys(value: Json, depth: number): Json {
  if (!isJsonObject(value)) return toSnakeCase(value, depth)
  const isField = Object.keys(value).some((key) => key === 'filterMetadata' || key === 'filter_metadata' || key === 'typedConfig')
  if (isField) return toSnakeCase(value, depth)
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, toSnakeCase(item, depth + 1)] as const])))
}

/** `routeConfig` → `route_config`; a key with anything but letters and digits is no lowerCamelCase field name. */
function fieldName(key: string): string {
  const first = key.charAt(0)
  if (first < 'a' || first > 'z') return key
  let out = ''
  for (const char of key) {
    const upper = char >= 'A' && char <= 'Z'
    if (!upper && !(char >= 'a' && char <= 'z') && !(char >= '0' && char <= '9')) return key
    out += upper ? `_${char.toLowerCase()}` : char
  }
  return out
}

/** Field names that only lowerCamelCase writes so, found in every listener, route configuration or cluster of some size. */
const camelNames: ReadonlySet<string> = new Set([
  'dynamicListeners', 'dynamicRouteConfigs', 'dynamicActiveClusters', 'staticListeners', 'staticRouteConfigs', 'routeConfig', 'activeState', 'lastUpdated', 'versionInfo', 'virtualHosts', 'filterChains', 'socketAddress', 'portValue', 'typedConfig',
  'filterChainMatch', 'weightedClusters', 'directResponse', 'safeRegex', 'stringMatch', 'caseSensitive', 'requireTls', 'httpFilters', 'loadAssignment', 'lbEndpoints', 'clusterName', 'connectTimeout', 'edsClusterConfig',
])

/** How many values of each section of a dump are looked at, and how many of a list. */
const LOOK = 3000
const LOOK_LIST = 20

/** Whether a dump is in lowerCamelCase, wholly or in parts: it has a field that snake_case would write otherwise. */
export function isCamelCase(dump: JsonObject): boolean {
  const find = (value: Json | undefined, seen: { count: number }): boolean => {
    if (seen.count++ > LOOK) return false
    if (Array.isArray(value)) return value.slice(0, LOOK_LIST).some((item: Json) => find(item, seen))
    return isJsonObject(value) && Object.entries(value).some(([key, item]) => camelNames.has(key) || find(item, seen))
  }
  const sections = Object.values(dump).flatMap((value): readonly (Json | undefined)[] => Array.isArray(value) ? value.slice(0, LOOK_LIST) : [value])
  return Object.keys(dump).some((key) => camelNames.has(key)) || sections.some((section) => find(section, { count: 0 }))
}
