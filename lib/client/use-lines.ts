'use client'
import { useEffect, useRef } from 'react'
import type { StreamEvent } from '@/lib/contract/stream'
import { streamClient } from './event-stream/stream-client'
import { subscriptionOf, viewUrl, type ViewParams } from './view-key'

/** The events of a line view: `lines` with their drop counter, or `error`. */
export type LinesEvent = Extract<StreamEvent, { kind: 'lines' | 'error' }>

/** Hears the lines of a view (logs) while mounted; nothing is kept here. Undefined cluster: paused. */
export function useLines(view: string, cluster: string | undefined, params: ViewParams, onEvent: (event: LinesEvent) => void): void {
  const latest = useRef(onEvent)
  useEffect(() => { latest.current = onEvent })
  const address = { cluster: cluster ?? '', view, params }
  const url = viewUrl(address)
  useEffect(() => {
    if (cluster === undefined) return
    return streamClient().subscribe(subscriptionOf(address), (event) => {
      if (event.kind === 'lines' || event.kind === 'error') latest.current(event)
    })
    // The address is a new object at each render; its URL says the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [cluster, url])
}
