import type { Explanation } from '@/lib/mesh/simulate/explanation'

/**
 * An explanation as the command line prints it: `route` and `filterChain` are Envoy's names or null. What has no name in
 * Envoy is called by its place in the trace (`#2`, `0.0.0.0_8080#0`), where it is the step's winner.
 */
export function explanationJson(explanation: Explanation): Explanation {
  const { route, filterChain, listener } = explanation
  return { ...explanation, filterChain: isPlace(filterChain, `${listener ?? ''}#`) ? null : filterChain, route: isPlace(route, '#') ? null : route }
}

function isPlace(name: string | null, before: string): boolean {
  return name !== null && name.startsWith(before) && /^\d+$/.test(name.slice(before.length))
}
