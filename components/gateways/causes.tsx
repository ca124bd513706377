'use client'
import Link from 'next/link'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import type { Problem } from '@/lib/mesh/problem'
import { formatRef } from '@/lib/mesh/resource'
import { paths } from '../shell/paths'
import { cx } from '../ui/cx'
import { Glyph, glyphOfSeverity } from '../ui/glyph'
import { PanelHeading } from '../ui/panel'
import { useNarrow } from '../ui/use-narrow'
import { hasTrouble, mapPath, type GatewayData } from './gateway-words'
import { LiveCauses } from './live-cells'
import type { LiveGateway } from './live-gateway'

const shown = 12

/** The causes under an opened row: one line each with its evidence and where to go. */
export function Causes({ cluster, row, live, id }: { readonly cluster: string; readonly row: GatewayData; readonly live: LiveGateway | undefined; readonly id: string }) {
  const columns = useNarrow() ? 3 : 10
  const rest = row.problems.length - shown
  const map = mapPath(cluster, row)
  return (
    <tr className={cx('causes', hasTrouble(row) && 'trouble')}>
      <td colSpan={columns} id={id}>
        {live === undefined ? null : <LiveCauses cluster={cluster} row={row} live={live} />}
        {row.problems.slice(0, shown).map((problem) => <Cause key={keyOf(problem)} cluster={cluster} problem={problem} map={map} />)}
        {rest > 0 ? <div className="cause"><span /><span /><Link className="link" prefetch={false} href={map}>{rest} more on the map</Link></div> : null}
      </td>
    </tr>
  )
}

/** The findings about objects that no gateway takes up, under the list. */
export function CausesElsewhere({ cluster, problems }: { readonly cluster: string; readonly problems: readonly Problem[] }) {
  if (problems.length === 0) return null
  return (
    <section className="elsewhere">
      <PanelHeading title="On no gateway">{problems.length === 1 ? '1 problem' : `${problems.length} problems`} of objects that no gateway takes up</PanelHeading>
      {problems.slice(0, shown).map((problem) => <Cause key={keyOf(problem)} cluster={cluster} problem={problem} map={undefined} />)}
    </section>
  )
}

function Cause({ cluster, problem, map }: { readonly cluster: string; readonly problem: Problem; readonly map: string | undefined }) {
  const object = paths.object(cluster, problem.subject)
  const words = problemText(problem)
  const place = `${formatRef(problem.subject)} ${problem.path}`
  return (
    <div className="cause">
      <Glyph shape={glyphOfSeverity(problem.severity)} />
      <span className="m text-ink-3 code">{problem.code}</span>
      <span className="cut sentence" title={words}>{words}</span>
      <span className="small text-ink-3 cut evidence" title={place}>{place}</span>
      {object === undefined ? <span /> : <Link className="link" prefetch={false} href={problem.path === '' ? object : `${object}?path=${encodeURIComponent(problem.path)}`}>Open object</Link>}
      {map === undefined ? <span /> : <Link className="link second-link" prefetch={false} href={map}>Show on map</Link>}
    </div>
  )
}

function keyOf(problem: Problem): string {
  return `${problem.code} ${formatRef(problem.subject)} ${problem.path}`
}
