'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import type { CallParams } from '@/lib/contract/call/call-params'
import { explainView } from '@/lib/contract/views/explain'
import { useDeclaredFacts } from '../shell/declared-facts'
import { Screen, TruthBar } from '../ui/bars'
import { Button } from '../ui/button'
import { cx } from '../ui/cx'
import { Glyph } from '../ui/glyph'
import { StaleText } from '../ui/stale-text'
import { Empty } from '../ui/states'
import { useKeys } from '../ui/use-keys'
import { ViewStates } from '../ui/view-states'
import { AskBar } from './ask-bar'
import { RecentFailures } from './recent-failures'
import { useAsk } from './use-ask'
import { useDns, type DnsAnswer } from './use-dns'
import { podsMost, useLive } from './use-live'
import { editLink, Verdict } from './verdict'
import { firstDifference } from './witness-rows'
import { WitnessTable } from './witness-table'
import './explain.css'

/** What becomes of a request: the verdict first, then every step, as declared and as each pod's Envoy has it. */
export function ExplainScreen() {
  const cluster = useCluster()
  const router = useRouter()
  const asked = useAsk()
  const { value: settled, fresh } = useSettled(asked.params, 200)
  const view = useView(explainView, cluster, { ...settled, ...(asked.ask.gateway === null ? {} : { gateway: asked.ask.gateway }) })
  const [last, setLast] = useState(view.data)
  if (view.data !== undefined && view.data !== last) setLast(view.data)
  const data = view.data ?? last
  const outdated = view.data === undefined || !fresh
  const answer = data?.answer
  const declared = answer?.kind === 'explained' ? answer.explanation : null
  const gateway = data?.gateway ?? null
  const ways = data?.gateways.find((one) => one.gateway === gateway)?.addresses ?? []
  const dns = useDns(answer?.kind === 'explained' ? hostOf(asked.ask.url) : null, ways)
  const pods = data?.gateways.find((one) => one.gateway === gateway)?.pods ?? []
  const live = useLive({ cluster, namespace: gateway?.split('/')[0] ?? '', pods, params: settled, declared, differs: (other) => declared !== null && firstDifference(declared, other) !== null })
  const input = useRef<HTMLInputElement>(null)
  const edit = declared === null || gateway === null ? undefined : editLink(cluster, gateway, declared)
  useKeys({ '/': () => input.current?.focus(), 'e': () => { if (edit !== undefined) router.push(edit) } })
  const facts = useDeclaredFacts(view.revision)
  const read = live.witnesses.filter((one) => one.explanation !== null).length
  return (
    <Screen truth={<TruthBar facts={[...facts, { label: 'Live', text: `${read} of ${pods.length} pods read${pods.length > podsMost ? `, ${podsMost} at most` : ''}`, wide: true }]} keys={[{ keys: '/', does: 'request' }, { keys: 'e', does: 'rule' }]} />}>
      <AskBar asked={asked} wrong={answer?.kind === 'wrong' ? answer : null} input={input} />
      {view.stale ? <div className="explain-stale row small text-warn"><Glyph shape="warn" label="" /><StaleText stale={view.stale} /></div> : null}
      <ViewStates view={data === undefined ? view : { ...view, data, loading: false }} rows={6}>
        {({ gateways }) => (
          <>
            {gateway === null || gateways.length === 0 ? <Empty>There is no gateway to ask: no pods carry the labels that a Gateway selects.</Empty> : null}
            {answer?.kind === 'none' && gateway !== null ? <><Empty>Type or paste a request: a URL such as <code>https://shop.example.com/cart</code>, or a curl command. The answer is what Envoy would do with it, and why.</Empty><RecentFailures key={gateway} cluster={cluster} gateway={gateway} /></> : null}
            {declared !== null && answer?.kind === 'explained' && gateway !== null ? (
              <div className={cx('explain-answer', outdated && 'outdated')}>
                <Verdict cluster={cluster} gateway={gateway} asked={`${asked.ask.method ?? 'GET'} ${asked.ask.url}`} explanation={declared} facts={answer.facts} witnesses={live.witnesses} />
                <Claims gateways={gateways} chosen={gateway} dns={dns} onChoose={(key) => void asked.setAsk({ gateway: key })} onReadAgain={live.readAgain} />
                <WitnessTable key={gateway} cluster={cluster} gateway={gateway} asked={answer.request} declared={declared} facts={answer.facts} dns={dns} revision={view.revision === undefined ? 'as read before' : `rev ${view.revision.n}`} witnesses={live.witnesses} />
              </div>
            ) : null}
          </>
        )}
      </ViewStates>
    </Screen>
  )
}

interface ClaimsProps {
  readonly gateways: readonly { readonly gateway: string; readonly claims: string | null; readonly addresses: readonly string[] }[]
  readonly chosen: string
  readonly dns: DnsAnswer | null
  readonly onChoose: (gateway: string) => void
  readonly onReadAgain: () => void
}

/** Which gateways answer for the host; the others can be asked all the same. */
function Claims({ gateways, chosen, dns, onChoose, onReadAgain }: ClaimsProps) {
  return (
    <div className="explain-claims">
      <span className="text-ink-3">Gateways that claim the host</span>
      <span className="explain-chips" role="radiogroup" aria-label="Gateway">
        {gateways.map(({ gateway, claims, addresses }) => (
          <button key={gateway} type="button" role="radio" aria-checked={gateway === chosen} className="explain-chip" onClick={() => onChoose(gateway)}>
            <Glyph shape={claims === null ? 'note' : 'ok'} label={claims === null ? 'does not claim it' : 'claims it'} /><span className="m">{gateway}</span>{claims === null ? null : <span className="text-ink-3"> by <span className="m">{claims}</span></span>}{addresses.length === 0 ? null : <span className="text-ink-3"><span className="m">{addresses[0]}</span>{dns?.addresses.some((one) => addresses.includes(one)) === true ? ', DNS points here' : ''}</span>}
          </button>
        ))}
      </span>
      <Button className="push" icon="retry" onClick={onReadAgain}>Read the pods again</Button>
    </div>
  )
}

/** The host of the URL as typed; null where there is none. */
function hostOf(url: string): string | null {
  const start = url.indexOf('://')
  const rest = start < 0 ? url : url.slice(start + 3)
  const authority = rest.split('/')[0] ?? ''
  const host = authority.startsWith('[') ? authority.slice(0, authority.indexOf(']') + 1) : (authority.split(':')[0] ?? '')
  return host === '' ? null : host
}

/** A value that has not changed for `ms`; by content, so that the same request is not asked twice. */
function useSettled(value: CallParams, ms: number): { readonly value: CallParams; readonly fresh: boolean } {
  const text = JSON.stringify(value)
  const [settled, setSettled] = useState({ text, value })
  useEffect(() => {
    const timer = setTimeout(() => setSettled((before) => (before.text === text ? before : { text, value })), ms)
    return () => clearTimeout(timer)
  }, [text, value, ms])
  return { value: settled.value, fresh: settled.text === text }
}
