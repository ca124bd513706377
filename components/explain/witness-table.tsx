'use client'
import Link from 'next/link'
import { Fragment } from 'react'
import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { verdictWords } from '@/lib/mesh/simulate/verdict-words'
import { paths } from '../shell/paths'
import { Glyph } from '../ui/glyph'
import { formatAge, useNow } from '../ui/relative-time'
import { lineCell, type AskedRequest } from './last-line'
import { lostRules } from './losers'
import { LostRules } from './lost-rules'
import type { DnsAnswer } from './use-dns'
import { useLastLine } from './use-last-line'
import { cellsOf, firstDifference, sameCell, stepNames, type Cell } from './witness-rows'
import type { LiveWitness } from './use-live'

/** A row a step, a column a witness: what was declared, then what each pod's Envoy has. Agreement folds to `=`. */
export function WitnessTable({ cluster, gateway, asked, declared, facts, dns, revision, witnesses }: { readonly cluster: string; readonly gateway: string; readonly asked: AskedRequest; readonly declared: ExplanationData; readonly facts: ExplainedFactsData; readonly dns: DnsAnswer | null; readonly revision: string; readonly witnesses: readonly LiveWitness[] }) {
  const now = useNow()
  const last = useLastLine(cluster, gateway, asked)
  const ours = cellsOf(declared, facts)
  const lost = lostRules(declared, facts)
  const [namespace = '', name = ''] = gateway.split('/')
  const parted = witnesses.map((one) => (one.explanation === null ? null : firstDifference(declared, one.explanation)))
  return (
    <div className="explain-scroll">
      <table className="explain-table">
        <caption className="sr-only">What each step decides, by the declared objects, by each pod’s Envoy, and by the log</caption>
        <thead>
          <tr>
            <th scope="col" className="label">Step</th>
            <th scope="col"><div>Declared</div><div className="label">objects, {revision}</div></th>
            {witnesses.map((one, index) => (
              <th scope="col" key={one.pod}>
                <div><Link prefetch={false} className="m link" title={one.pod} href={paths.gateway(cluster, namespace, name, one.pod)}>{one.pod.split('-').at(-1)}</Link> live</div>
                <div className="label"><WitnessState witness={one} parted={parted[index] !== null} now={now} /></div>
              </th>
            ))}
            <th scope="col">
              <div>Last log line</div>
              <div className="label">{last === null ? 'none of the last 300 a pod' : <><span className="m">{last.at.slice(11, 19)}</span>, pod <span className="m">{last.pod.split('-').at(-1)}</span></>}</div>
            </th>
          </tr>
        </thead>
        <tbody>
          <DnsRow dns={dns} witnesses={witnesses.length + 1} />
          {stepNames.map((step) => {
            const opened = parted.includes(step)
            const lists = step === 'Route' && lost.length > 0
            return (
              <Fragment key={step}>
                <tr className={opened ? 'apart' : undefined}>
                  <th scope="row">{step}</th>
                  <td><CellText cell={ours[step]} /></td>
                  {witnesses.map((one) => <LiveCell key={one.pod} ours={ours[step]} cell={one.explanation === null ? null : cellsOf(one.explanation, one.facts)[step]} />)}
                  <td>{last === null || lineCell(last, step) === '' ? <span className="text-ink-3">–</span> : <span className="m">{lineCell(last, step)}</span>}</td>
                </tr>
                {opened ? <CauseRow cluster={cluster} gateway={gateway} step={step} witnesses={witnesses.filter((_, index) => parted[index] === step)} columns={witnesses.length + 1} /> : null}
                {lists ? (
                  <tr className="explain-lost">
                    <th scope="row"><span className="sr-only">Rules that lose</span></th>
                    <td colSpan={2 + witnesses.length}>
                      <LostRules cluster={cluster} lost={lost} path={declared.rewritten.path} />
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** Before the listener: whether the name leads to this gateway at all. */
function DnsRow({ dns, witnesses }: { readonly dns: DnsAnswer | null; readonly witnesses: number }) {
  const shape = dns === null ? null : ({ ours: 'ok', other: 'warn', none: 'warn', unknown: 'unknown' } as const)[dns.state]
  return (
    <tr>
      <th scope="row">DNS</th>
      <td>{dns === null || shape === null ? <span className="text-ink-3">–</span> : <>{dns.addresses.length === 0 ? null : <span className="m">{dns.addresses.join(', ')} </span>}<span className="text-ink-3">{dns.words}</span> <Glyph shape={shape} label="" /></>}</td>
      {Array.from({ length: witnesses }, (_, index) => <td key={index}><span className="text-ink-3">–</span></td>)}
    </tr>
  )
}

/** Why pods differ, right below the step at which they do. */
function CauseRow({ cluster, gateway, step, witnesses, columns }: { readonly cluster: string; readonly gateway: string; readonly step: string; readonly witnesses: readonly LiveWitness[]; readonly columns: number }) {
  const [namespace = '', name = ''] = gateway.split('/')
  return (
    <tr className="explain-causes">
      <th scope="row"><span className="sr-only">Why it differs</span></th>
      <td colSpan={1 + columns}>
        {witnesses.map((one) => (one.explanation === null ? null : (
          <p key={one.pod}>
            <Glyph shape="warn" label="" /> <span className="m">{one.pod}</span> would {otherwise(one.explanation)} Its Envoy has another {step.toLowerCase()} than declared: a push is under way, was refused, or waits.
            <span className="row explain-cause-links">
              <Link prefetch={false} className="link" href={`${paths.gateway(cluster, namespace, name, one.pod)}?tab=routes`}>What it has</Link>
              <Link prefetch={false} className="link" href={`${paths.map(cluster)}?gateway=${encodeURIComponent(gateway)}&view=both&pod=${encodeURIComponent(one.pod)}`}>On the map</Link>
              <Link prefetch={false} className="link" href={`${paths.logs(cluster)}?gateway=${encodeURIComponent(gateway)}&q=${encodeURIComponent('pod:istiod')}`}>istiod’s log</Link>
            </span>
          </p>
        )))}
      </td>
    </tr>
  )
}

/** What a pod would do, by the short names of its destinations where it sends the request on. */
function otherwise(explanation: ExplanationData): string {
  const { Upstream: upstream } = cellsOf(explanation)
  return upstream.state === 'ok' ? `send it to ${upstream.fact}.` : `answer: ${verdictWords(explanation)}`
}

function WitnessState({ witness, parted, now }: { readonly witness: LiveWitness; readonly parted: boolean; readonly now: number }) {
  if (witness.error !== null) return <span className="text-warn"><Glyph shape="warn" label="" /> {witness.error.message}</span>
  if (witness.explanation === null) return witness.reading ? 'reading …' : 'not read'
  const age = witness.readAt === null || now === 0 ? '' : `read ${formatAge(Math.max(0, now - witness.readAt))} ago`
  return parted ? <span><span className="text-warn"><Glyph shape="warn" label="" /> differs</span>, {age}</span> : <span suppressHydrationWarning>{age}</span>
}

function CellText({ cell }: { readonly cell: Cell }) {
  if (cell.state === 'not-reached') return <span className="text-ink-3">not reached</span>
  return <><span className={cell.state === 'none' ? 'm explain-bad' : 'm'}>{cell.fact}</span>{cell.aside === '' ? null : <span className="text-ink-3"> {cell.aside}</span>}</>
}

function LiveCell({ ours, cell }: { readonly ours: Cell; readonly cell: Cell | null }) {
  if (cell === null) return <td><span className="text-ink-3">–</span></td>
  if (sameCell(ours, cell)) return <td><span className="m explain-equal" aria-label="as declared">=</span></td>
  return <td className="explain-diff"><CellText cell={cell} /></td>
}
