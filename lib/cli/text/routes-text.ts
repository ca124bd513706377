import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { formatRef, type FieldPath, type ResourceRef } from '@/lib/mesh/resource'
import type { EffectiveDestination, EffectiveHost, EffectiveRule, EffectiveTable } from '../effective-table'
import type { Paint } from './paint'
import { safe } from './safe'
import { table, type TableRow } from './table'

/** The effective table for a person: one block a host, its rules in the order in which they are tried. */
export function routesText(effective: EffectiveTable, style: { readonly columns: number; readonly paint: Paint }): string {
  const { paint } = style
  const ports = (configuration: string): string => effective.listeners.filter(({ routeConfigurations }) => routeConfigurations.includes(configuration)).map(({ port }) => `:${port}`).join(' ')
  const blocks = effective.http.map((host) => `${paint.bold(safe(host.hosts.join(', ')))} ${paint.dim(safe(`on ${ports(host.routeConfiguration)} (${host.routeConfiguration})`))}\n${hostBlock(host, style)}`)
  const tcp = effective.tcp.map((chain): TableRow => ({ cells: [chain.listener, chain.sni.length === 0 ? 'ALL' : chain.sni.join(', '), destinationWords(chain.destinations)].map(safe), below: originWords(chain.resource, chain.path) }))
  const chains = tcp.length === 0 ? [] : [table(['LISTENER', 'SNI', 'TO'], tcp, style)]
  const nothing = blocks.length + chains.length === 0 ? [paint.dim('nothing is routed\n')] : []
  return [`${paint.bold(safe(gatewayKey(effective.gateway)))}\n`, ...blocks, ...chains, ...nothing].join('\n')
}

function hostBlock(host: EffectiveHost, style: { readonly columns: number; readonly paint: Paint }): string {
  const redirect = host.httpsRedirect ? '  all plain text requests: redirect to https\n' : ''
  if (host.rules.length === 0) return redirect === '' ? '  no rules: 404\n' : redirect
  return redirect + table(['#', 'MATCH', 'TO'], host.rules.map((rule) => ({ cells: [String(rule.number), safe(rule.match), safe(targetWords(rule))], below: originWords(rule.resource, rule.path) })), style)
}

function targetWords(rule: EffectiveRule): string {
  const mirrors = rule.mirrors.map((cluster) => `, mirrored to ${clusterWords(cluster)}`).join('')
  const dead = rule.deadBy === null ? '' : ` (never reached, because of ${rule.deadBy})`
  switch (rule.action) {
    case 'redirect': return `redirect ${rule.to}${dead}`
    case 'direct-response': return `answers ${rule.to}${dead}`
    case 'route': return `${destinationWords(rule.destinations)}${rule.to === '' ? '' : ` as ${rule.to}`}${mirrors}${dead}`
    case 'other': return `-${dead}`
  }
}

function destinationWords(destinations: readonly EffectiveDestination[]): string {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0)
  return destinations.map(({ cluster, weight }) => (destinations.length === 1 ? clusterWords(cluster) : `${Math.round((weight / Math.max(1, total)) * 1000) / 10} % ${clusterWords(cluster)}`)).join(', ')
}

function clusterWords(cluster: string): string {
  const parts = parseClusterName(cluster)
  return parts ? clusterLabel(parts) : cluster
}

function originWords(resource: ResourceRef | null, path: FieldPath | null): string | undefined {
  return resource === null ? undefined : safe(`${formatRef(resource)} ${path ?? ''}`)
}
