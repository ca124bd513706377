'use client'
import { useRouter } from 'next/navigation'
import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import type { LogField } from '@/lib/mesh/log/log-filter'
import { paths } from '../shell/paths'
import { ButtonLink } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Glyph } from '../ui/glyph'
import { Inspector, Section } from '../ui/panel'
import { useKeys } from '../ui/use-keys'
import { isFailing } from './engine/line-groups'
import type { LogLineRow } from './engine/protocol'
import { termOf } from './filter-text'
import { curlOf, lineCauses } from './line-cause'
import { formatMillis, plainWords, shortName } from './line-words'
import { OpenRule, RuleLinks } from './rule-links'

interface LogInspectorProps {
  readonly cluster: string
  readonly gateway: string
  readonly row: LogLineRow
  readonly onTerm: (term: string, exclude: boolean) => void
  readonly onClose: () => void
}

/** Everything a line says, field by field, with what its flags mean and where its host and rule are; the line as written. */
export function LogInspector({ cluster, gateway, row, onTerm, onClose }: LogInspectorProps) {
  const { access } = row
  const router = useRouter()
  useKeys({ x: () => (access && access.method !== '' && access.authority !== '' ? router.push(explainPath(cluster, gateway, access)) : false) })
  const when = <><span className="m" title={row.time}>{row.time.slice(11, 23)}</span>, pod <span className="m" title={row.pod}>{shortName(row.pod)}</span></>
  if (!access) {
    const { level, text } = plainWords(row.text)
    return (
      <Inspector label="Log line" title={<span className="m">{level ?? shortName(row.pod)}</span>} subtitle={when} actions={<CopyButton text={row.text} label="Copy" />} onClose={onClose}>
        <Section title="Line"><p className="m logs-written">{text}</p></Section>
        <Section title="As written"><p className="m logs-written">{row.text}</p></Section>
      </Inspector>
    )
  }
  const host = hostOf(access.authority === '' ? access.serverName : access.authority)
  const causes = lineCauses(access)
  const rule = { cluster, gateway, host, access }
  return (
    <Inspector
      label="Log line" subtitle={<><span className="m">{host === '' ? 'no host' : host}</span>, {when}</>} onClose={onClose}
      title={<span className="m"><span className={isFailing(access.status, access.flags) ? 'text-bad' : ''}>{access.status === 0 ? 'tcp' : access.status} {access.flags}</span> {access.method} {access.path}</span>}
      actions={(
        <>
          {access.method === '' || access.authority === '' ? null : <ButtonLink look="primary" hint="x" href={explainPath(cluster, gateway, access)}>Explain</ButtonLink>}
          {host === '' ? null : <OpenRule {...rule} />}
          {host === '' ? null : <ButtonLink href={`${paths.map(cluster)}?gateway=${encodeURIComponent(gateway)}&q=${encodeURIComponent(`host:${host}`)}`}>Host on map</ButtonLink>}
          {access.method === '' || access.authority === '' ? null : <CopyButton text={curlOf(access)} label="curl" />}
        </>
      )}
    >
      {causes.map((cause) => <section key={cause.mark} className="logs-cause"><h3 className="row"><Glyph shape="bad" label="" />{cause.mark}: {cause.name}</h3><p>{cause.meaning}</p></section>)}
      <dl className="logs-fields">{fieldsOf(row, access).map((field) => <Field key={field.name} {...field} onTerm={onTerm} />)}</dl>
      {host === '' ? null : <RuleLinks {...rule} />}
      <Section title="As written"><p className="m logs-written">{row.text}</p></Section>
    </Inspector>
  )
}

/** The question of Explain that a line is: its method, its URL, its gateway. */
function explainPath(cluster: string, gateway: string, access: NonNullable<LogLineRow['access']>): string {
  const url = `${access.serverName === '' ? 'http' : 'https'}://${access.authority}${access.path}`
  return `${paths.explain(cluster)}?url=${encodeURIComponent(url)}${access.method === 'GET' ? '' : `&method=${encodeURIComponent(access.method)}`}&gateway=${encodeURIComponent(gateway)}`
}

interface FieldData {
  readonly name: string
  readonly value: string
  /** The filter's name of it; without one it cannot be filtered by. */
  readonly by?: readonly [field: LogField, value: string]
}

function fieldsOf(row: LogLineRow, access: NonNullable<LogLineRow['access']>): readonly FieldData[] {
  const cluster = parseClusterName(access.upstreamCluster)
  const path = access.path.split('?')[0] ?? ''
  return [
    { name: 'response_code', value: String(access.status), by: ['status', String(access.status)] }, { name: 'response_flags', value: access.flags, by: ['flag', access.flags] }, { name: 'code_details', value: access.details, by: ['details', access.details] },
    { name: 'duration', value: access.duration === null ? '' : formatMillis(access.duration), by: ['duration', `>=${access.duration ?? 0}`] }, { name: 'bytes in, out', value: `${bytes(access.bytesIn)}, ${bytes(access.bytesOut)}` }, { name: 'protocol', value: access.protocol },
    { name: 'authority', value: access.authority, by: ['host', access.authority] }, { name: 'path', value: access.path, by: ['path', path] }, { name: 'sni', value: access.serverName, by: ['sni', access.serverName] }, { name: 'x-forwarded-for', value: access.forwardedFor, by: ['client', access.forwardedFor.split(',')[0] ?? ''] },
    { name: 'user-agent', value: access.userAgent, by: ['agent', access.userAgent] }, { name: 'x-request-id', value: access.requestId, by: ['id', access.requestId] },
    { name: 'route_name', value: access.routeName, by: ['route', access.routeName] }, { name: 'upstream_cluster', value: access.upstreamCluster, by: ['to', cluster ? clusterLabel(cluster) : access.upstreamCluster] }, { name: 'upstream_host', value: access.upstreamHost }, { name: 'downstream', value: access.downstreamRemote, by: ['client', access.downstreamRemote] },
    { name: 'pod', value: row.pod, by: ['pod', shortName(row.pod)] },
  ]
}

/** One field; its value is a button that filters by it, with Alt excludes it. */
function Field({ name, value, by, onTerm }: FieldData & { readonly onTerm: LogInspectorProps['onTerm'] }) {
  return (
    <div>
      <dt className="m">{name}</dt>
      <dd className="m cut">
        {value === '' ? <span className="text-faint">–</span>
          : by === undefined || by[1] === '' ? <span title={value}>{value}</span>
            : <button type="button" className="logs-value cut" title={`${value}\nClick: only these. Alt-click: without these.`} onClick={(event) => onTerm(termOf(by[0], by[1]), event.altKey)}>{value}</button>}
      </dd>
    </div>
  )
}

function bytes(count: number | null): string {
  return count === null ? '–' : `${count.toLocaleString('en-US')} B`
}

/** A host without the port that a client may have written. */
function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':')
  return colon > 0 && !authority.endsWith(']') ? authority.slice(0, colon) : authority
}
