'use client'
import { useState, type ReactNode } from 'react'
import { Button } from './button'
import { cx } from './cx'
import { Glyph } from './glyph'

/** Why data is old: what it is of, since when (epoch ms), and when it is tried again (epoch ms). */
export interface Stale {
  readonly what: string
  readonly since: number
  readonly retryAt: number | null
}

/** A panel's 36 px heading. `quiet`: 12 px label. When stale, says so here (the panel carries class `stale`). */
export function PanelHeading({ title, children, quiet = false, stale, level = 2 }: {
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly quiet?: boolean
  readonly stale?: ReactNode
  readonly level?: 1 | 2 | 3
}) {
  const Title = `h${level}` as const
  return (
    <div className={cx('panel-heading', quiet && 'quiet')}>
      <Title>{title}</Title>
      <span className="row">
        {stale === undefined || stale === null ? null : <span className="small text-warn row"><Glyph shape="warn" label="" />{stale}</span>}
        {children === undefined ? null : <span className="small text-ink-3 row">{children}</span>}
      </span>
    </div>
  )
}

/** A section under a hairline with a 12 px heading; `aside` stands at the right (count, source, link). */
export function Section({ title, aside, children }: { readonly title: ReactNode; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section className="section">
      <h3 className="section-heading"><span>{title}</span>{aside === undefined ? null : <span>{aside}</span>}</h3>
      {children}
    </section>
  )
}

/** The 380 px frame at the right of a screen; on a phone a sheet that shows its first lines until opened. */
export function Inspector({ label, mark, title, subtitle, actions, onClose, children }: {
  readonly label: string
  /** The rule's number, or another short mark before the title. */
  readonly mark?: ReactNode
  readonly title: ReactNode
  readonly subtitle?: ReactNode
  readonly actions?: ReactNode
  readonly onClose: () => void
  readonly children?: ReactNode
}) {
  const [full, setFull] = useState(false)
  return (
    <aside className="inspector" aria-label={label} data-full={full}>
      <div className="inspector-heading">
        <div className="flex min-w-0 gap-3">
          {mark === undefined ? null : <span className="m text-14 font-semibold text-accent">{mark}</span>}
          <div className="min-w-0">
            <h2 className="inspector-title">{title}</h2>
            {subtitle === undefined ? null : <div className="small text-ink-3">{subtitle}</div>}
          </div>
        </div>
        <span className="flex">
          <Button look="bare" icon={full ? 'down' : 'up'} className="sheet-toggle" aria-label={full ? 'Show less' : 'Show all'} aria-expanded={full} onClick={() => setFull(!full)} />
          <Button look="bare" icon="close" aria-label="Close inspector" onClick={onClose} />
        </span>
      </div>
      {actions === undefined ? null : <div className="inspector-actions">{actions}</div>}
      {children}
    </aside>
  )
}

/** Label and value pairs (When, Send, Also …) in the inspector's grid. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return <dl className="facts">{children}</dl>
}

/** One pair of Facts. */
export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return <><dt>{label}</dt><dd>{children}</dd></>
}
