import { compileRe2 } from '@/lib/mesh/re2'
import type { Stat } from '../data-plane/stats'

/** What GET /stats was asked for. */
export interface StatsQuery {
  readonly format: string
  readonly filter: string | undefined
  readonly usedOnly: boolean
  readonly type: string | undefined
}

/** The answer of GET /stats: text, JSON or Prometheus' exposition format; undefined when the filter is no RE2 expression. */
export function statsDump(stats: readonly Stat[], query: StatsQuery): { readonly body: string; readonly json: boolean } | undefined {
  const expression = query.filter === undefined ? undefined : compileRe2(query.filter)
  if (expression === null) return undefined
  const kept = stats.filter((stat) => (!query.usedOnly || stat.used) && (expression === undefined || expression.matcher(stat.name).find()) && ofType(stat, query.type))
  if (query.format === 'json') return { body: JSON.stringify({ stats: kept.map((stat) => ({ name: stat.name, value: stat.value })) }), json: true }
  if (query.format === 'prometheus') return { body: prometheus(kept), json: false }
  return { body: kept.map((stat) => `${stat.name}: ${String(stat.value)}\n`).join(''), json: false }
}

function ofType(stat: Stat, type: string | undefined): boolean {
  if (type === undefined || type === 'All') return true
  return type === (stat.kind === 'counter' ? 'Counters' : 'Gauges')
}

function prometheus(stats: readonly Stat[]): string {
  const families = new Map<string, { readonly kind: string; readonly lines: string[] }>()
  for (const stat of stats) {
    const { name, labels } = tagged(stat.name)
    const family = families.get(name) ?? { kind: stat.kind, lines: [] }
    family.lines.push(`${name}{${labels}} ${String(stat.value)}\n`)
    families.set(name, family)
  }
  return [...families].map(([name, family]) => `# TYPE ${name} ${family.kind}\n${family.lines.join('')}`).join('')
}

const scopes = [['cluster', 'envoy_cluster_name'], ['http', 'envoy_http_conn_manager_prefix'], ['listener', 'envoy_listener_address'], ['tcp', 'envoy_tcp_prefix']] as const

/** Envoy's tag extraction: the scope's own name becomes a label. Names with dots end where Istio's `;` or the known stat begins. */
function tagged(name: string): { readonly name: string; readonly labels: string } {
  for (const [scope, label] of scopes) {
    if (!name.startsWith(`${scope}.`)) continue
    const rest = name.slice(scope.length + 1)
    const semicolon = rest.indexOf(';.')
    const end = semicolon >= 0 ? semicolon + 1 : rest.lastIndexOf('.')
    const owner = rest.slice(0, semicolon >= 0 ? semicolon : end)
    return { name: `envoy_${scope}_${metric(rest.slice(end + 1))}`, labels: `${label}="${owner.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"` }
  }
  return { name: `envoy_${metric(name)}`, labels: '' }
}

function metric(text: string): string {
  return [...text].map((char) => ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') ? char : '_')).join('')
}
