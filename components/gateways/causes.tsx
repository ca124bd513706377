'use client'
import Link from 'next/link'
import { formatRef } from '@/lib/mesh/resource'
import { paths } from '../shell/paths'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { cx } from '../ui/cx'
import { Glyph, glyphOfSeverity } from '../ui/glyph'
import { useNarrow } from '../ui/use-narrow'
import { hasTrouble, type GatewayData } from './gateway-words'

const shown = 12

/** The causes under an opened row: one line each with its evidence and where to go. */
export function Causes({ cluster, row, id }: { readonly cluster: string; readonly row: GatewayData; readonly id: string }) {
  const columns = useNarrow() ? 3 : 8
  const rest = row.problems.length - shown
  return (
    <tr className={cx('causes', hasTrouble(row) && 'trouble')}>
      <td colSpan={columns} id={id}>
        {row.problems.slice(0, shown).map((problem) => {
          const open = paths.object(cluster, problem.subject)
          const words = problemText(problem)
          return (
            <div key={`${problem.code} ${formatRef(problem.subject)} ${problem.path}`} className="cause">
              <Glyph shape={glyphOfSeverity(problem.severity)} />
              <span className="m text-ink-3 code">{problem.code}</span>
              <span className="cut sentence" title={words}>{words}</span>
              <span className="small text-ink-3 cut evidence" title={`${formatRef(problem.subject)} ${problem.path}`}>{formatRef(problem.subject)} {problem.path}</span>
              {open === undefined ? <span /> : <Link className="link" prefetch={false} href={open}>Open object</Link>}
              <Link className="link second-link" prefetch={false} href={`${paths.map(cluster)}?gateway=${encodeURIComponent(`${row.namespace}/${row.name}`)}`}>Show on map</Link>
            </div>
          )
        })}
        {rest > 0 ? <div className="cause"><span /><span /><Link className="link" prefetch={false} href={`${paths.map(cluster)}?gateway=${encodeURIComponent(`${row.namespace}/${row.name}`)}`}>{rest} more on the map</Link></div> : null}
      </td>
    </tr>
  )
}
