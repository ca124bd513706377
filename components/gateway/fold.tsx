'use client'
import type { ReactNode } from 'react'
import { Glyph } from '../ui/glyph'

/** A resource of an Envoy that opens: its name, what it belongs to, a count; on a phone in two lines. */
export function Fold({ of, context, aside, children }: {
  readonly of: { readonly name: string; readonly state: string; readonly error: string | null }
  readonly context: ReactNode
  readonly aside: ReactNode
  readonly children: ReactNode
}) {
  return (
    <details>
      <summary>
        <span className="fold-name" title={of.name}><State state={of.state} error={of.error} /><span className="m cut font-semibold">{of.name}</span></span>
        <span className="fold-context small text-ink-3 cut" title={typeof context === 'string' ? context : undefined}>{context}</span>
        <span className="fold-aside small text-ink-3">{aside}</span>
      </summary>
      {children}
    </details>
  )
}

/** One line of an opened resource: a mark, what fits, what is done; on a phone in two lines. */
export function FoldRow({ mark, first, second, aside }: { readonly mark?: ReactNode; readonly first: string; readonly second: string; readonly aside?: ReactNode }) {
  return (
    <div className="envoy-row">
      {mark === undefined ? null : <span className="m mark text-ink-3">{mark}</span>}
      <span className="m cut first" title={first}>{first}</span>
      <span className="m cut second text-ink-2" title={second}>{second}</span>
      {aside === undefined ? null : <span className="small aside cut">{aside}</span>}
    </div>
  )
}

function State({ state, error }: { readonly state: string; readonly error: string | null }) {
  if (error !== null || state === 'error') return <span title={error ?? state}><Glyph shape="bad" label={error ?? 'rejected'} /></span>
  return state === 'warming' || state === 'draining' ? <span className="small text-warn">{state}</span> : null
}
