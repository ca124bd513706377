'use client'
import { useEffect, useRef } from 'react'
import { streamClient } from './event-stream/stream-client'
import { useSteadyAddress } from './steady-address'
import { subscriptionOf, type ViewParams } from './view-key'

/**
 * The `lines` and `error` events of a line view (logs) while mounted, each as the JSON text that came: who hears them
 * parses them (contract/stream). Nothing is kept here. Undefined cluster: paused.
 */
export function useLines(view: string, cluster: string | undefined, params: ViewParams, onEvent: (text: string) => void): void {
  const latest = useRef(onEvent)
  useEffect(() => { latest.current = onEvent })
  const address = useSteadyAddress({ cluster: cluster ?? '', view, params })
  const on = cluster !== undefined
  useEffect(() => (on ? streamClient().subscribeText(subscriptionOf(address), (text) => latest.current(text)) : undefined), [on, address])
}
