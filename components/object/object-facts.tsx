'use client'
import Link from 'next/link'
import type * as z from 'zod/mini'
import type { objectView } from '@/lib/contract/views/object'
import type { ObjectAddress } from '@/lib/client/use-object'
import { formatRef } from '@/lib/mesh/resource'
import { paths } from '../shell/paths'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { Glyph, glyphOfSeverity } from '../ui/glyph'
import { Section } from '../ui/panel'
import { mapOf } from './object-links'

type ObjectData = z.output<typeof objectView.data>
type Reference = ObjectData['uses'][number]

/** What an object does and touches: problems, hosts it serves, what it names, what names it. */
export function ObjectFacts({ cluster, data, address, onPoint }: { readonly cluster: string; readonly data: ObjectData; readonly address: ObjectAddress; readonly onPoint: (path: string) => void }) {
  return (
    <>
      <Section title="Problems" aside={data.problems.length}>
        {data.problems.length === 0 ? <p className="text-ink-3">None found.</p> : (
          <ul>
            {data.problems.map((problem) => (
              <li key={`${problem.code} ${problem.path}`} className="finding">
                <Glyph shape={glyphOfSeverity(problem.severity)} />
                <span className="min-w-0">
                  <span className="block">{problemText(problem)}</span>
                  <span className="m text-ink-3">{problem.code}</span>{' '}
                  {problem.path === '' ? null : <button type="button" className="link m" onClick={() => onPoint(problem.path)}>{problem.path}</button>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Effect" aside={<Count shown={data.hosts.length} total={data.totalHosts} unit="host" />}>
        {data.hosts.length === 0 ? <p className="text-ink-3">{noEffect(address.kind)}</p> : (
          <ul>
            {data.hosts.map((served) => (
              <li key={`${served.gateway} ${served.host}`}>
                <Link className="link m whole" prefetch={false} href={mapOf(cluster, served)} title={served.host}>{served.host}</Link>
                <span className="small text-ink-3 cut" title={served.gateway}>on {served.gateway}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Uses" aside={data.uses.length}>
        <References cluster={cluster} references={data.uses} onPoint={onPoint} empty="It names no other object." />
      </Section>
      <Section title="Used by" aside={<Count shown={data.usedBy.length} total={data.totalUsedBy} unit="object" />}>
        <References cluster={cluster} references={data.usedBy} empty="No object that Meridian reads names it." />
      </Section>
    </>
  )
}

function Count({ shown, total, unit }: { readonly shown: number; readonly total: number; readonly unit: string }) {
  return <>{shown < total ? `first ${shown} of ${total} ${unit}s` : total}</>
}

function References({ cluster, references, empty, onPoint }: { readonly cluster: string; readonly references: readonly Reference[]; readonly empty: string; readonly onPoint?: (path: string) => void }) {
  if (references.length === 0) return <p className="text-ink-3">{empty}</p>
  return (
    <ul>
      {references.map(({ ref, path, exists }) => {
        const href = exists === true ? paths.object(cluster, ref) : undefined
        const name = `${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`
        return (
          <li key={`${formatRef(ref)} ${path}`}>
            {exists === false ? <Glyph shape="bad" label="missing" /> : null}
            <span className="small text-ink-3">{ref.kind}</span>
            {href === undefined ? <span className="m whole" title={name}>{name}</span> : <Link className="link m whole" prefetch={false} href={href} title={name}>{name}</Link>}
            {exists === false ? <span className="small text-bad">not there</span> : null}
            {onPoint === undefined ? null : <button type="button" className="m cut ml-auto text-ink-3" title={path} onClick={() => onPoint(path)}>{path}</button>}
          </li>
        )
      })}
    </ul>
  )
}

function noEffect(kind: string): string {
  return kind.startsWith('virtualservices') || kind.includes('route') || kind.startsWith('gateways') || kind.startsWith('ingresses')
    ? 'No host of any gateway comes from it.' : 'It opens no host by itself.'
}
