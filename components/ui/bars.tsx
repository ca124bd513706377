import type { ReactNode } from 'react'
import { cx } from './cx'

/** The 40 px bar under the top bar: what is looked at, and how. */
export function Toolbar({ label, children, className }: { readonly label: string; readonly children: ReactNode; readonly className?: string }) {
  return <div className={cx('toolbar', className)} role="toolbar" aria-label={label}>{children}</div>
}

/** One statement of the truth bar: `Declared` `rev 48213, 0.4 s`. `wide`: left out on a phone. */
export interface TruthFact {
  readonly label: string
  readonly text: string
  readonly wide?: boolean
}

/** A key and what it does, at the right end of the truth bar. */
export interface KeyHint {
  readonly keys: string
  readonly does: string
}

/** The 24 px bar at the bottom: what the screen is computed from, how old and how complete. */
export function TruthBar({ facts, keys = [] }: { readonly facts: readonly TruthFact[]; readonly keys?: readonly KeyHint[] }) {
  return (
    <footer className="truth" aria-label="What this is computed from">
      {facts.map((fact) => (
        <span key={fact.label} className={cx(fact.wide === true && 'wide')}><b>{fact.label}</b> {fact.text}</span>
      ))}
      <span className="truth-keys">
        {keys.map((hint) => <span key={hint.keys}><kbd>{hint.keys}</kbd>{hint.does}</span>)}
      </span>
    </footer>
  )
}

/**
 * The frame of every screen, to be returned by it: tool bar, body, truth bar. `inspector` is an `<Inspector>`:
 * it pushes the body on a wide screen and is a sheet under it on a narrow one.
 */
export function Screen({ toolbar, children, inspector, truth, scroll = true }: {
  readonly toolbar?: ReactNode
  readonly children: ReactNode
  readonly inspector?: ReactNode
  readonly truth: ReactNode
  /** false: the body scrolls by itself (map, logs). @default true */
  readonly scroll?: boolean
}) {
  return (
    <div className="screen">
      <main id="main" tabIndex={-1} className="screen-inside focus-inset">
        <div>{toolbar}</div>
        <div className="screen-body">
          <div className={cx('screen-main', !scroll && 'overflow-hidden')}>{children}</div>
          {inspector}
        </div>
      </main>
      {truth}
    </div>
  )
}
