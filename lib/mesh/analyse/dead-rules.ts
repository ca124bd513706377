import type { HeaderMatcher, Route, VirtualHost } from '../envoy/route'
import type { Problem } from '../problem'
import type { Compiled, Origin } from '../translate/compiled'
import { covers } from './covers'

/** Above so many routes in one virtual host, only catch-alls are looked at as winners. */
const mostCompared = 2_000

/** A route that an earlier one keeps from ever being reached, by their places in the virtual host. */
interface Dead {
  readonly at: number
  readonly by: number
}

const memo = new WeakMap<VirtualHost, readonly Dead[]>()

/**
 * MER014: a rule that no request reaches, because an earlier one in Envoy's order takes them all. `by` and `byPath`
 * name the winner, `request` shows it. Between matches of one rule it is only worth knowing (info).
 */
export function deadRules(compiled: Compiled): readonly Problem[] {
  const problems: Problem[] = []
  for (const configuration of compiled.routeConfigurations) {
    for (const virtualHost of configuration.virtual_hosts) {
      const found = deadIn(virtualHost)
      if (found.length === 0) continue
      const origins = compiled.provenance.routes.get(configuration.name)?.get(virtualHost.name) ?? []
      for (const dead of found) {
        const problem = problemOf(virtualHost, origins, dead)
        if (problem) problems.push(problem)
      }
    }
  }
  return problems
}

function deadIn(virtualHost: VirtualHost): readonly Dead[] {
  const known = memo.get(virtualHost)
  if (known) return known
  const dead = findDead(virtualHost.routes ?? [])
  memo.set(virtualHost, dead)
  return dead
}

function findDead(routes: readonly Route[]): readonly Dead[] {
  const dead: Dead[] = []
  const winners: number[] = []
  routes.forEach((route, at) => {
    const by = winners.find((index) => { const winner = routes[index]; return winner !== undefined && covers(winner.match, route.match) })
    if (by !== undefined) dead.push({ at, by })
    else if (routes.length <= mostCompared || route.match.prefix === '/') winners.push(at)
  })
  return dead
}

function problemOf(virtualHost: VirtualHost, origins: readonly Origin[], { at, by }: Dead): Problem | undefined {
  const [loser, winner, route] = [origins[at], origins[by], virtualHost.routes?.[at]]
  if (!loser || !winner || !route) return undefined
  const host = virtualHost.domains[0] ?? virtualHost.name
  const sameRule = loser.resource.name === winner.resource.name && loser.resource.namespace === winner.resource.namespace && ruleOf(loser.path) === ruleOf(winner.path)
  return {
    code: 'MER014',
    severity: sameRule ? 'info' : 'warning',
    subject: loser.resource,
    path: loser.path,
    params: {
      host, rule: String(at + 1), byRule: String(by + 1), by: `${winner.resource.namespace}/${winner.resource.name}`, byPath: winner.path,
      request: `${methodOf(route.match.headers)} ${route.match.path ?? route.match.path_separated_prefix ?? route.match.prefix ?? '/'}`,
    },
  }
}

function ruleOf(path: string): string {
  const match = path.indexOf('.match[')
  return match < 0 ? path : path.slice(0, match)
}

function methodOf(headers: readonly HeaderMatcher[] | undefined): string {
  return headers?.find((header) => header.name === ':method')?.string_match?.exact ?? 'GET'
}
