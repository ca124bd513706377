'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { paths } from '@/components/shell/paths'
import { Glyph } from '@/components/ui/glyph'
import { formatAge, useNow } from '@/components/ui/relative-time'
import type { LiveReply } from '@/lib/contract/live'
import { noMarks } from './live-mark'
import { liveMarks, type LiveMarkData } from './live-marks'
import { agrees, useLiveReplies, type LivePod } from './use-live-replies'

const extraShown = 4

/** What each pod's Envoy has and lacks: how each pod stands in a line here, the marks of rows to `onMarks`. */
export function LiveBar({ cluster, gateway, revision, onMarks }: { readonly cluster: string; readonly gateway: string; readonly revision: number; readonly onMarks: (marks: ReadonlyMap<string, LiveMarkData>) => void }) {
  const { pods, more, known } = useLiveReplies(cluster, gateway, revision)
  const replies = pods.flatMap(({ reply }) => reply ?? [])
  const key = JSON.stringify(replies.map(({ pod, comparison }) => [pod.name, comparison]))
  // By content: readings that say the same must not draw the map anew.
  const [drawn, setDrawn] = useState(() => ({ key, live: liveMarks(replies) }))
  if (drawn.key !== key) setDrawn({ key, live: liveMarks(replies) })
  const { marks, extra } = drawn.live
  useEffect(() => {
    onMarks(marks)
    return () => onMarks(noMarks)
  }, [marks, onMarks])
  const [namespace = '', name = ''] = gateway.split('/')
  return (
    <div className="map-live-bar" role="region" aria-label="Live: what the pods' Envoys have">
      <b>Live</b>
      {pods.map((pod) => <PodState key={pod.name} pod={pod} href={paths.gateway(cluster, namespace, name, pod.name)} />)}
      {pods.length === 0 ? <span className="text-ink-3">{known ? 'no running pod: nothing is live' : 'reading …'}</span> : null}
      {more > 0 ? <span className="text-ink-3">{more} more pods not read</span> : null}
      {extra.slice(0, extraShown).map((host) => <span key={`${host.routeConfiguration} ${host.name}`} className="map-live-extra" title={`${host.routeConfiguration}: in ${host.pods} of ${replies.length} pods, declared by nobody`}><span className="m">{host.name}</span> in Envoy only</span>)}
      {extra.length > extraShown ? <span className="text-ink-3">{extra.length - extraShown} more in Envoy only</span> : null}
      <span className="map-live-keys text-ink-3"><Glyph shape="note" label="" /> declared, not live <Glyph shape="half" label="" /> some pods <Glyph shape="warn" label="" /> other live</span>
    </div>
  )
}

function PodState({ pod, href }: { readonly pod: LivePod; readonly href: string }) {
  const now = useNow()
  const short = pod.name.split('-').at(-1)
  const age = pod.reply === null || now === 0 ? '' : `, read ${formatAge(Math.max(0, now - pod.reply.readAt))} ago`
  const said = pod.reply === null ? '' : differenceWords(pod.reply.comparison)
  return (
    <span className="row" title={pod.error ?? pod.name}>
      <Glyph shape={pod.error !== null || (pod.reply !== null && !agrees(pod.reply)) ? 'warn' : pod.reply === null ? 'unknown' : 'ok'} label="" />
      <Link prefetch={false} className="m link" href={href}>{short}</Link>
      <span className="text-ink-2" suppressHydrationWarning>{pod.error !== null ? 'cannot be read' : pod.reply === null ? 'reading …' : agrees(pod.reply) ? `as declared${age}` : `${said}${age}`}</span>
    </span>
  )
}

/** `2 hosts and 1 destination differ`. */
function differenceWords({ hosts, extra, clusters }: LiveReply['comparison']): string {
  const [rows, ends] = [hosts.length + extra.length, clusters.length]
  const parts = [...(rows === 0 ? [] : [`${rows} ${rows === 1 ? 'host' : 'hosts'}`]), ...(ends === 0 ? [] : [`${ends} ${ends === 1 ? 'destination' : 'destinations'}`])]
  return `${parts.join(' and ')} ${rows + ends === 1 ? 'differs' : 'differ'}`
}
