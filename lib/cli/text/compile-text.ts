import { problemText } from '@/lib/mesh/analyse/problem-text'
import type { Cluster } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { matchConditions, matchLabel } from '@/lib/mesh/graph/match-words'
import { formatRef } from '@/lib/mesh/resource'
import { connectionManager, listenerAddress, tcpProxy } from '@/lib/mesh/simulate/listener-match'
import { listOf, objectOf, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { Compiled, Origin } from '@/lib/mesh/translate/compiled'
import { table, type TableRow } from './table'
import type { Paint } from './paint'
import { safe } from './safe'
import { breakName } from './wrap'

/** How wide, how coloured, and whether each row says where it comes from. */
export interface TextStyle {
  readonly columns: number
  readonly paint: Paint
  readonly provenance: boolean
}

/** A compiled gateway in the columns of `istioctl proxy-config listener`, `route` and `cluster`, then the findings. */
export function compileText(compiled: Compiled, style: TextStyle): string {
  const sections = [
    `${style.paint.bold(safe(gatewayKey(compiled.gateway)))}\n`,
    section('listener', ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'], compiled.listeners.flatMap((listener) => listenerRows(listener, compiled)), style),
    section('route', ['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'VIRTUAL SERVICE'], routeRows(compiled), style),
    section('cluster', ['SERVICE FQDN', 'PORT', 'SUBSET', 'DIRECTION', 'TYPE', 'DESTINATION RULE'], compiled.clusters().map((cluster) => clusterRow(cluster, compiled)), style),
    findingsText(compiled, style),
  ]
  return sections.filter((text) => text !== '').join('\n')
}

interface Row {
  readonly cells: readonly string[]
  readonly origins: readonly Origin[]
}

function section(what: string, heads: readonly string[], rows: readonly Row[], style: TextStyle): string {
  if (rows.length === 0) return style.paint.dim(`no ${what}\n`)
  return table(heads, rows.map((row): TableRow => ({ cells: row.cells.map(safe), below: style.provenance ? originsText(row.origins) : undefined })), style)
}

function originsText(origins: readonly Origin[]): string | undefined {
  return origins.length === 0 ? undefined : safe(origins.map(({ resource, path }) => `${formatRef(resource)} ${path}`).join(', '))
}

function listenerRows(listener: Listener, { provenance }: Compiled): readonly Row[] {
  const { address, port } = listenerAddress(listener)
  const origins = provenance.filterChains.get(listener.name) ?? []
  return listOf(listener.filter_chains).map((chain, index) => ({
    cells: [address, String(port), chainMatch(objectOf(chain)), chainDestination(chain)],
    origins: origins[index] ?? [],
  }))
}

function chainMatch(chain: object): string {
  const match = objectOf(objectOf(chain).filter_chain_match)
  const names = stringsOf(match.server_names)
  const transport = stringOf(match.transport_protocol)
  return names.length > 0 ? `SNI: ${names.join(',')}` : transport === undefined ? 'ALL' : `Trans: ${transport}`
}

function chainDestination(chain: unknown): string {
  const http = connectionManager(chain)
  if (http !== undefined) return `Route: ${stringOf(objectOf(http.rds).route_config_name) ?? 'inline'}`
  const proxy = tcpProxy(chain)
  const weighted = listOf(objectOf(objectOf(proxy).weighted_clusters).clusters).map((entry) => `${stringOf(objectOf(entry).name) ?? ''} ${String(objectOf(entry).weight ?? 0)}`)
  return proxy === undefined ? '-' : `Cluster: ${stringOf(proxy.cluster) ?? weighted.join(', ')}`
}

function routeRows({ routeConfigurations, provenance }: Compiled): readonly Row[] {
  return routeConfigurations.flatMap((configuration) => configuration.virtual_hosts.flatMap((host) => {
    const domains = host.domains.join(', ')
    const origins = provenance.routes.get(configuration.name)?.get(host.name) ?? []
    const redirected = host.require_tls === 'ALL' ? [{ cells: [configuration.name, host.name, domains, '/*', 'https redirect'], origins: provenance.virtualHosts.get(configuration.name)?.get(host.name) ?? [] }] : []
    const routes = (host.routes ?? []).map((route, index): Row => {
      const origin = origins[index]
      return { cells: [configuration.name, host.name, domains, matchLabel(matchConditions(route.match)), origin === undefined ? '' : `${origin.resource.name}.${origin.resource.namespace}`], origins: origin === undefined ? [] : [origin] }
    })
    return redirected.length + routes.length > 0 ? [...redirected, ...routes] : [{ cells: [configuration.name, host.name, domains, '', '404'], origins: [] }]
  }))
}

function clusterRow(cluster: Cluster, { provenance }: Compiled): Row {
  const parts = parseClusterName(cluster.name)
  const origins = provenance.clusters.get(cluster.name) ?? []
  const rules = origins.filter(({ resource }) => resource.kind === 'DestinationRule').map(({ resource }) => `${resource.name}.${resource.namespace}`)
  const type = typeof cluster.type === 'string' ? cluster.type : 'STATIC'
  const dash = (text: string | undefined): string => (text === undefined || text === '' ? '-' : text)
  return { cells: [parts?.host ?? cluster.name, dash(parts?.port), dash(parts?.subset), parts === undefined ? '-' : 'outbound', type, [...new Set(rules)].join(', ')], origins }
}

function findingsText({ findings }: Compiled, { columns, paint }: TextStyle): string {
  const mark = { error: paint.bad, warning: paint.doubtful, info: paint.dim }
  return findings.map((finding) => {
    const [first = '', ...rest] = breakName(safe(`${finding.code} ${formatRef(finding.subject)} ${finding.path}: ${problemText(finding)}`), columns - 10)
    return [`${mark[finding.severity](finding.severity.padEnd(8))}  ${first}\n`, ...rest.map((line) => `${' '.repeat(10)}${line}\n`)].join('')
  }).join('')
}
