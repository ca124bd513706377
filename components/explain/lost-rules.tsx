'use client'
import Link from 'next/link'
import { useState } from 'react'
import { paths } from '../shell/paths'
import { common, lostReasons, type LostRule } from './losers'

const lostMost = 8

/** The rules that lost, nearest first, by what, each led to its object and field. */
export function LostRules({ cluster, lost, path }: { readonly cluster: string; readonly lost: readonly LostRule[]; readonly path: string }) {
  const [all, setAll] = useState(false)
  return (
    <>
      <div className="label explain-lost-head"><span>Rules that lose, nearest first</span><span>{lostReasons(lost)}</span></div>
      <ul>{(all ? lost : lost.slice(0, lostMost)).map((rule) => <Lost key={rule.number} cluster={cluster} rule={rule} path={path} />)}</ul>
      {lost.length > lostMost ? <button type="button" className="link" onClick={() => setAll(!all)}>{all ? 'the nearest only' : `all ${lost.length}`}</button> : null}
    </>
  )
}

function Lost({ cluster, rule, path }: { readonly cluster: string; readonly rule: LostRule; readonly path: string }) {
  const from = `${rule.owner} ${rule.field}`
  const object = rule.resource === null ? undefined : paths.object(cluster, rule.resource)
  return (
    <li className="explain-loser">
      <span className="m num text-ink-3">{rule.number}</span>
      <span className="m cut" title={rule.match}><LostMatch rule={rule} path={path} /></span>
      <span className="cut" title={rule.why}>{rule.why}</span>
      {object === undefined ? <span className="m cut text-ink-3" title={from}>{from}</span> : <Link prefetch={false} className="m cut link" title={from} href={`${object}${rule.field === '' ? '' : `?path=${encodeURIComponent(rule.field)}`}`}>{from}</Link>}
    </li>
  )
}

/** The match of a rule that lost: what fits in green, where it parts in red. */
function LostMatch({ rule, path }: { readonly rule: LostRule; readonly path: string }) {
  const byMethod = rule.code === 'header' && rule.method !== '' && rule.why.startsWith('the method')
  const method = rule.method === '' ? null : byMethod ? <mark>{rule.method}</mark> : rule.method
  if (rule.code !== 'path') return <>{method}{method === null ? '' : ' '}<span className="text-ok">{rule.match === '' ? 'path fits' : rule.match.slice(rule.method === '' ? 0 : rule.method.length + 1)}</span></>
  const fits = common(rule.path, path)
  return <>{method}{method === null ? '' : ' '}<span className="text-ok">{rule.path.slice(0, fits)}</span><mark>{rule.path.slice(fits)}</mark></>
}
