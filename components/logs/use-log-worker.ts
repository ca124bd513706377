'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useLines } from '@/lib/client/use-lines'
import { useStreamState } from '@/lib/client/use-connection'
import type { ViewParams } from '@/lib/client/view-key'
import type { MissingRight } from '../ui/states'
import { createLineGate } from './line-gate'
import type { FromLogWorker, LogFrame, LogSummary, ToLogWorker } from './engine/protocol'

/** What the worker keeps of a screen's log, and how to steer it. */
export interface LogWorker {
  readonly frame: LogFrame | undefined
  readonly summary: LogSummary | undefined
  /** Logs that may not be read. */
  readonly missing: readonly MissingRight[]
  readonly post: (message: ToLogWorker) => void
  /** Gives the shown lines as a file. */
  readonly exportLines: () => void
}

/** The lines of a logs view, kept in a worker of this screen; a frame comes as often as the display draws. */
export function useLogWorker(cluster: string | undefined, params: ViewParams, onExport: (blob: Blob) => void): LogWorker {
  const worker = useRef<Worker>(null)
  const waiting = useRef<ToLogWorker[]>([])
  const exported = useRef(onExport)
  const gate = useRef(createLineGate())
  const [frame, setFrame] = useState<LogFrame>()
  const [summary, setSummary] = useState<LogSummary>()
  const [missing, setMissing] = useState<readonly MissingRight[]>([])
  useEffect(() => { exported.current = onExport })

  const post = useCallback((message: ToLogWorker) => {
    if (worker.current) worker.current.postMessage(message)
    else waiting.current.push(message)
  }, [])

  useEffect(() => {
    const made = new Worker(new URL('./engine/log-worker.ts', import.meta.url), { name: 'meridian-logs', type: 'module' })
    worker.current = made
    gate.current = createLineGate()
    for (const message of waiting.current.splice(0)) made.postMessage(message)
    made.onmessage = ({ data }: MessageEvent<FromLogWorker>) => {
      if (data.kind === 'missing') setMissing((known) => (known.some((right) => right.resource === data.missing.resource && right.namespace === data.missing.namespace) ? known : [...known, data.missing]))
      else if (data.kind === 'taken') gate.current.taken(data.characters)
      else if (data.kind === 'exported') exported.current(data.blob)
      else {
        requestAnimationFrame(() => {
          setFrame(data.frame)
          if (data.frame.summary) setSummary(data.frame.summary)
          made.postMessage({ kind: 'drawn' } satisfies ToLogWorker)
        })
      }
    }
    return () => {
      made.terminate()
      worker.current = null
    }
  }, [])

  const subject = JSON.stringify([cluster, params])
  const [known, setKnown] = useState(subject)
  if (known !== subject) {
    setKnown(subject)
    setMissing([])
  }
  useEffect(() => post({ kind: 'reset' }), [post, subject])
  useLines('logs', cluster, params, (text) => {
    const dropped = text.startsWith('{"kind":"lines"') ? gate.current.pass(text) : undefined
    if (dropped !== undefined) post({ kind: 'event', text, dropped })
  })

  const { state, lastEventAt, since } = useStreamState()
  const lostAt = state === 'lost' ? (lastEventAt ?? since) : undefined
  useEffect(() => {
    if (lostAt !== undefined) post({ kind: 'broken', at: lostAt })
    else if (state === 'open') post({ kind: 'resumed', at: Date.now() })
  }, [post, state, lostAt])

  const exportLines = useCallback(() => post({ kind: 'export' }), [post])
  return { frame, summary, missing, post, exportLines }
}
