import Link from 'next/link'
import { Glyph, glyphOfSeverity } from '@/components/ui/glyph'
import { Section } from '@/components/ui/panel'
import { paths } from '@/components/shell/paths'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { conditionWords } from '@/lib/mesh/graph/match-words'
import type { MapCondition, MapEdge, MapFinding } from '@/lib/mesh/graph/model'
import type { ResourceRef } from '@/lib/mesh/resource'
import { isShort, percent, podsText, wholeName } from './map-words'

/** The conditions of a rule, one a line, in words. */
export function Conditions({ conditions }: { readonly conditions: readonly MapCondition[] }) {
  if (conditions.length === 0) return <>every request</>
  return conditions.map((condition) => {
    const { subject, verb, value } = conditionWords(condition)
    return <div key={`${subject} ${verb} ${value}`}>{subject} {verb} <span className="m">{value}</span></div>
  })
}

/** Destinations with their shares and pods; a click pins one. */
export function Targets({ index, edges, onPin }: { readonly index: GraphIndex; readonly edges: readonly MapEdge[]; readonly onPin: (key: string) => void }) {
  return (
    <div className="map-targets">
      {edges.map((edge) => {
        const destination = index.destinations.get(edge.to)
        return (
          <div key={`${edge.kind} ${edge.to}`}>
            <span className="m">{edge.kind === 'mirror' ? 'mirror' : percent(edge.share)}</span>
            <button type="button" className="link m cut" title={destination ? wholeName(destination) : edge.to} onClick={() => onPin(`to:${edge.to}`)}>{destination?.label ?? edge.to}</button>
            <span className={destination && isShort(destination) ? 'text-warn' : 'text-ink-3'}>{destination ? podsText(destination) : ''}</span>
          </div>
        )
      })}
    </div>
  )
}

/** An object's name as a link to its page. */
export function ObjectLink({ cluster, resource }: { readonly cluster: string; readonly resource: ResourceRef }) {
  const href = paths.object(cluster, resource)
  const name = `${resource.namespace === '' ? '' : `${resource.namespace}/`}${resource.name}`
  return href === undefined ? <span className="m">{name}</span> : <Link className="link m" href={href} prefetch={false}>{name}</Link>
}

/** The findings at this place, with their codes; nothing where there are none. */
export function Findings({ findings }: { readonly findings: readonly (MapFinding & { readonly rule?: number })[] }) {
  if (findings.length === 0) return null
  return (
    <Section title="Findings" aside={findings.length}>
      {findings.map((finding) => (
        <div key={`${finding.rule ?? ''} ${finding.code} ${finding.path}`} className="map-finding">
          <Glyph shape={glyphOfSeverity(finding.severity)} />
          <div><span className="m text-ink-3">{finding.code}</span>{finding.rule === undefined ? '' : ` rule ${finding.rule}`}<div>{problemText(finding)}</div>{finding.params['request'] === undefined ? null : <div className="small text-ink-3">shown by <span className="m">{finding.params['request']}</span></div>}</div>
        </div>
      ))}
    </Section>
  )
}
