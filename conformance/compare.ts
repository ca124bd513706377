import { isDeepStrictEqual } from 'node:util'

/** Lists of Envoy resources: Pilot's answer or Meridian's. */
export interface Configuration {
  readonly listeners: readonly unknown[]
  readonly routes: readonly unknown[]
  readonly clusters: readonly unknown[]
}

/** The first place where two configurations differ. */
export interface Difference {
  /** `routes/http.8080/virtual_hosts[a.example.com:80]/routes[2]/match/prefix`. */
  readonly path: string
  readonly pilot: unknown
  readonly meridian: unknown
}

/**
 * Compares two configurations. What is normalised away, and why it cannot affect what a request meets:
 * - the order of listeners, route configurations, clusters and virtual hosts: each is looked up by name
 *   (listeners by address, virtual hosts by domain), never by position;
 * - a second copy of a route configuration that two listeners ask for: Envoy asks for a name once;
 * - an empty list or text is the same as none: protojson leaves both out;
 * - the order of a route's query_parameters and dynamic_metadata: all must match, and Pilot writes them in the random order of a Go map;
 * - nothing else.
 */
export function firstDifference(pilot: Configuration, meridian: Configuration): Difference | undefined {
  return keyed('listeners', pilot.listeners, meridian.listeners) ?? keyed('routes', pilot.routes, meridian.routes) ?? keyed('clusters', pilot.clusters, meridian.clusters)
}

const namedLists = new Set(['virtual_hosts', 'query_parameters', 'dynamic_metadata'])

function keyed(path: string, pilot: readonly unknown[], meridian: readonly unknown[]): Difference | undefined {
  const theirs = byName(pilot, path === 'routes')
  const ours = byName(meridian, path === 'routes')
  for (const [name, resource] of theirs) {
    if (!ours.has(name)) return { path: `${path}/${name}`, pilot: resource, meridian: undefined }
    const found = differ(`${path}/${name}`, resource, ours.get(name))
    if (found !== undefined) return found
  }
  for (const [name, resource] of ours) if (!theirs.has(name)) return { path: `${path}/${name}`, pilot: undefined, meridian: resource }
  return undefined
}

/** By name; a name that comes twice is told apart by its number, since the number of copies matters. */
function byName(resources: readonly unknown[], onceEach: boolean): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const resource of resources) {
    const name = isObject(resource) ? String(resource['name'] ?? JSON.stringify(resource['path'])) : '?'
    let key = name
    if (onceEach && out.has(name) && isDeepStrictEqual(out.get(name), resource)) continue
    for (let copy = 2; out.has(key); copy += 1) key = `${name} (${copy})`
    out.set(key, resource)
  }
  return out
}

function differ(path: string, pilot: unknown, meridian: unknown): Difference | undefined {
  if (isDeepStrictEqual(pilot, meridian)) return undefined
  if (isEmpty(pilot) && isEmpty(meridian)) return undefined
  if (Array.isArray(pilot) && Array.isArray(meridian)) {
    if (namedLists.has(path.slice(path.lastIndexOf('/') + 1))) return keyed(path, pilot, meridian)
    for (let index = 0; index < Math.max(pilot.length, meridian.length); index += 1) {
      const found = differ(`${path}[${index}]`, pilot[index], meridian[index])
      if (found !== undefined) return found
    }
    return undefined
  }
  if (!isObject(pilot) || !isObject(meridian)) return { path, pilot, meridian }
  for (const key of new Set([...Object.keys(pilot), ...Object.keys(meridian)])) {
    const found = differ(`${path}/${key}`, pilot[key], meridian[key])
    if (found !== undefined) return found
  }
  return undefined
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
