'use client'
import Link from 'next/link'
import { tableView, type HostTableData } from '@/lib/contract/views/table'
import { useView } from '@/lib/client/use-view'
import type { AccessLogLine } from '@/lib/mesh/log/access-log'
import { paths } from '../shell/paths'
import { ButtonLink } from '../ui/button'
import { Section } from '../ui/panel'

interface RuleLinksProps {
  readonly cluster: string
  readonly gateway: string
  readonly host: string
  readonly access: AccessLogLine
}

/** The rules that can have sent a request where it went, as the objects say now; to the editor. */
export function RuleLinks({ cluster, gateway, host, access }: RuleLinksProps) {
  const { data } = useView(tableView, cluster, { gateway, host })
  const table = data?.table
  if (!table) return data === undefined ? null : <Section title="Rules"><p className="text-ink-2">No object declares <span className="m">{host}</span> on this gateway.</p></Section>
  const rules = rulesOf(table, access)
  return (
    <Section title="Rules, as declared now" aside={<Link className="link" prefetch={false} href={editPath({ cluster, gateway, host })}>all {table.rules.length}</Link>}>
      {rules.length === 0 ? <p className="text-ink-2">{access.upstreamCluster === '' ? 'Envoy names no rule for this request.' : 'No rule of today leads there: it may have changed since.'}</p> : null}
      {rules.map((rule) => (
        <div key={rule.path + rule.words} className="logs-rule"><span className="m text-ink-3">{rule.number ?? '–'}</span><span className="m cut" title={rule.words}>{rule.words}</span><Link className="link" prefetch={false} href={editPath({ cluster, gateway, host, rule: rule.number })}>Edit</Link></div>
      ))}
    </Section>
  )
}

/** The button to the one rule that it was; nothing where it is not one. */
export function OpenRule({ cluster, gateway, host, access }: RuleLinksProps) {
  const { data } = useView(tableView, cluster, { gateway, host })
  const rules = data?.table ? rulesOf(data.table, access) : []
  const [rule] = rules
  if (!rule || rule.number === null || rules.length !== 1) return null
  return <ButtonLink href={editPath({ cluster, gateway, host, rule: rule.number })}>Open rule {rule.number}</ButtonLink>
}

/** The rules with the line's route name, else those that lead to its destination. */
function rulesOf(table: HostTableData, access: AccessLogLine): HostTableData['rules'] {
  const leading = access.upstreamCluster === '' ? table.rules : table.rules.filter((rule) => rule.to.some((to) => to.cluster === access.upstreamCluster))
  const named = access.routeName === '' ? [] : leading.filter((rule) => rule.routeName === access.routeName)
  return named.length > 0 ? named : access.upstreamCluster === '' ? [] : leading
}

function editPath({ cluster, gateway, host, rule }: { readonly cluster: string; readonly gateway: string; readonly host: string; readonly rule?: number | null }): string {
  const slash = gateway.indexOf('/')
  return `${paths.edit(cluster, { namespace: gateway.slice(0, slash), name: gateway.slice(slash + 1) }, host)}${rule == null ? '' : `?rule=${rule}`}`
}
