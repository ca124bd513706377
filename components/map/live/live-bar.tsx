'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import { paths } from '@/components/shell/paths'
import { Glyph } from '@/components/ui/glyph'
import { MenuButton, type MenuEntry } from '@/components/ui/menu'
import { formatAge, useNow } from '@/components/ui/relative-time'
import type { ViewParams } from '@/lib/client/view-key'
import type { LiveReply } from '@/lib/contract/live'
import type { MapGraph } from '@/lib/mesh/graph/model'
import { liveMarks, type LiveMarkData, type LiveShown } from './live-marks'
import { agrees, useLiveReplies, type LivePod } from './use-live-replies'

/** What the pods' Envoys add to the map. */
export interface LiveLayer {
  readonly marks: ReadonlyMap<string, LiveMarkData>
  readonly graphs: readonly MapGraph[]
  /** No pod has been read yet, and one is being read. */
  readonly reading: boolean
}

/** What each pod's Envoy has and lacks: which pods are asked and how each stands in a line here, the marks and rows to `onLayer`. */
export function LiveBar({ cluster, gateway, revision, view, pod, params, onPod, onLayer }: {
  readonly cluster: string
  readonly gateway: string
  readonly revision: number
  readonly view: LiveShown
  /** The one pod that is asked; null: all. */
  readonly pod: string | null
  readonly params: ViewParams
  readonly onPod: (pod: string | null) => void
  readonly onLayer: (layer: LiveLayer | null) => void
}) {
  const { running, pods, more, known } = useLiveReplies(cluster, gateway, { revision, pod, params: { ...params, graph: view === 'live' ? 'live' : 'extra' } })
  const replies = pods.flatMap(({ reply }) => reply ?? [])
  const reading = replies.length === 0 && (!known || pods.some(({ error }) => error === null))
  const key = JSON.stringify([view, reading, replies.map((reply) => [reply.pod.name, reply.comparison, reply.graph])])
  // By content: readings that say the same must not draw the map anew.
  const [drawn, setDrawn] = useState(() => ({ key, layer: layerOf(replies, view, reading) }))
  if (drawn.key !== key) setDrawn({ key, layer: layerOf(replies, view, reading) })
  const { layer } = drawn
  useEffect(() => {
    onLayer(layer)
    return () => onLayer(null)
  }, [layer, onLayer])
  const [namespace = '', name = ''] = gateway.split('/')
  const chosen = pod !== null && running.includes(pod) ? pod : null
  const choices: readonly MenuEntry[] = [
    { kind: 'item', key: 'all', label: `All ${running.length} pods`, checked: chosen === null, onSelect: () => onPod(null) },
    { kind: 'line', key: 'line' },
    ...running.map((one): MenuEntry => ({ kind: 'item', key: one, label: <span className="m">{one}</span>, checked: one === chosen, onSelect: () => onPod(one) })),
  ]
  return (
    <div className="map-live-bar" role="region" aria-label="Live: what the pods' Envoys have">
      <b>Live</b>
      <MenuButton label={`Pods: ${chosen ?? 'all'}`} className="map-live-pick" entries={choices}>{chosen === null ? 'all pods' : <span className="m">{shortName(chosen)}</span>}</MenuButton>
      {pods.map((one) => <PodState key={one.name} pod={one} href={paths.gateway(cluster, namespace, name, one.name)} />)}
      {pods.length === 0 ? <span className="text-ink-3">{known ? 'no running pod: nothing is live' : 'reading …'}</span> : null}
      {more > 0 ? <span className="text-ink-3">{more} more pods not read</span> : null}
      <span className="map-live-keys text-ink-3">
        {view === 'both' ? <><Glyph shape="note" label="" /> declared, not live </> : null}
        <Glyph shape="unknown" label="" /> in Envoy only <Glyph shape="half" label="" /> some pods <Glyph shape="warn" label="" /> other live
      </span>
    </div>
  )
}

function layerOf(replies: readonly LiveReply[], view: LiveShown, reading: boolean): LiveLayer {
  return { marks: liveMarks(replies, view), graphs: replies.map(({ graph }) => graph), reading }
}

function shortName(pod: string): string {
  return pod.split('-').at(-1) ?? pod
}

function PodState({ pod, href }: { readonly pod: LivePod; readonly href: string }) {
  const now = useNow()
  const age = pod.reply === null || now === 0 ? '' : `, read ${formatAge(Math.max(0, now - pod.reply.readAt))} ago`
  const said = pod.reply === null ? '' : differenceWords(pod.reply.comparison)
  return (
    <span className="row" title={pod.error ?? pod.name}>
      <Glyph shape={pod.error !== null || (pod.reply !== null && !agrees(pod.reply)) ? 'warn' : pod.reply === null ? 'unknown' : 'ok'} label="" />
      <Link prefetch={false} className="m link" href={href}>{shortName(pod.name)}</Link>
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
