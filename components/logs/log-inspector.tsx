import { explainFlags } from './response-flags'
import type { LogRow } from './log-store'
import { Glyph } from '../ui/glyph'
import { Inspector, Section } from '../ui/panel'

/** Everything a line says, field by field; the line as written for what has no columns. */
export function LogInspector({ row, onClose }: { readonly row: Extract<LogRow, { kind: 'line' }>; readonly onClose: () => void }) {
  const { access } = row
  const fields: readonly (readonly [string, string])[] = access ? [
    ['response_code', String(access.status)], ['response_flags', access.flags], ['code_details', access.details], ['duration', access.duration === null ? '' : `${access.duration} ms`],
    ['bytes in, out', `${access.bytesIn ?? '–'}, ${access.bytesOut ?? '–'}`], ['authority', access.authority], ['sni', access.serverName], ['x-forwarded-for', access.forwardedFor], ['user-agent', access.userAgent],
    ['x-request-id', access.requestId], ['route_name', access.routeName], ['upstream_cluster', access.upstreamCluster], ['upstream_host', access.upstreamHost], ['downstream', access.downstreamRemote],
  ] : []
  const cause = access ? explainFlags(access.flags) : null
  return (
    <Inspector label="Log line" title={access ? <span className="m">{access.status} {access.flags} {access.method} {access.path}</span> : <span className="m">{row.pod}</span>} subtitle={<>{row.time.slice(11, 23)}, pod <span className="m">{row.pod}</span></>} onClose={onClose}>
      {cause === null ? null : <section className="logs-cause"><h3 className="row"><Glyph shape="bad" label="" />{cause.flag}: {cause.name}</h3><p>{cause.meaning}</p></section>}
      {fields.length === 0 ? null : <dl className="logs-fields">{fields.map(([name, value]) => <div key={name}><dt>{name}</dt><dd className="m" title={value}>{value === '' ? '–' : value}</dd></div>)}</dl>}
      <Section title="As written"><p className="m logs-written">{row.text}</p></Section>
    </Inspector>
  )
}
