import type { Json } from '@/lib/std/json'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import type { Compiled, Origin, Provenance } from '@/lib/mesh/translate/compiled'

/** What `compile` prints: Envoy's resources, where each came from, and what was found on the way. */
export function compiledJson(compiled: Compiled): object {
  return {
    gateway: compiled.gateway,
    listeners: compiled.listeners,
    routeConfigurations: compiled.routeConfigurations,
    clusters: compiled.clusters(),
    provenance: provenanceJson(compiled.provenance),
    findings: compiled.findings.map((finding) => ({ ...finding, message: problemText(finding) })),
  }
}

/** Maps as objects, under the names of listeners, route configurations, virtual hosts and clusters. */
function provenanceJson({ filterChains, virtualHosts, routes, clusters }: Provenance): object {
  const nested = (map: ReadonlyMap<string, ReadonlyMap<string, readonly Origin[]>>): object => Object.fromEntries([...map].map(([name, inner]) => [name, Object.fromEntries(inner)]))
  return { filterChains: Object.fromEntries(filterChains), virtualHosts: nested(virtualHosts), routes: nested(routes), clusters: Object.fromEntries(clusters) }
}

/** A value as JSON holds it: what is undefined is gone. */
export function plainJson(value: object): Json {
  const plain: Json = JSON.parse(JSON.stringify(value))
  return plain
}
