import type { Problem } from '../problem'
import type { Compiled } from '../translate/compiled'

/**
 * MER031: a server with httpsRedirect has a host with a namespace (`ns/host`) that no VirtualService binds. The redirect of such a host
 * keeps the namespace in its domain (SPEC RC5), which no request has: plain HTTP is answered with 404 and not sent to https.
 */
export function redirectScopeProblems({ routeConfigurations, provenance }: Compiled): readonly Problem[] {
  const problems: Problem[] = []
  for (const { name, virtual_hosts: hosts } of routeConfigurations) {
    for (const host of hosts) {
      const scoped = host.require_tls === 'ALL' ? host.domains.find((domain) => domain.includes('/')) : undefined
      if (scoped !== undefined && hosts.some((other) => other.require_tls === 'ALL' && other.domains.includes(scoped.slice(scoped.indexOf('/') + 1)))) continue
      const [server] = scoped === undefined ? [] : (provenance.virtualHosts.get(name)?.get(host.name) ?? [])
      if (scoped === undefined || server === undefined) continue
      problems.push({ code: 'MER031', severity: 'warning', subject: server.resource, path: `${server.path}.hosts`, params: { host: scoped.slice(scoped.indexOf('/') + 1), scope: scoped.slice(0, scoped.indexOf('/')) } })
    }
  }
  return problems
}
