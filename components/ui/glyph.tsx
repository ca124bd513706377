import type { ReactNode } from 'react'
import { cx } from './cx'

/** The shapes of states: a state is never told by colour alone. */
export type GlyphShape = 'ok' | 'warn' | 'bad' | 'unknown' | 'half' | 'note'

const shapes: Readonly<Record<GlyphShape, { readonly word: string; readonly drawing: ReactNode }>> = {
  ok: { word: 'ok', drawing: <><circle cx="6" cy="6" r="4.5" /><path d="m3.9 6.1 1.5 1.5 2.8-3" /></> },
  warn: { word: 'warning', drawing: <path d="M6 1.4 11.2 10.6H.8Z" fill="currentColor" stroke="none" /> },
  bad: { word: 'error', drawing: <path d="M6 .6 11.4 6 6 11.4.6 6Z" fill="currentColor" stroke="none" /> },
  unknown: { word: 'unknown', drawing: <circle cx="6" cy="6" r="4.25" strokeDasharray="2 1.6" /> },
  half: { word: 'some', drawing: <><circle cx="6" cy="6" r="4.25" /><path d="M6 1.75a4.25 4.25 0 0 1 0 8.5Z" fill="currentColor" stroke="none" /></> },
  note: { word: 'note', drawing: <circle cx="6" cy="6" r="3" /> },
}

/**
 * A 12 px state glyph: diamond (bad), triangle (warn), ringed check (ok), dashed ring (unknown), half disc, ring (note).
 * @param label what a screen reader says; default is the state's word. Pass '' where a word stands beside it.
 */
export function Glyph({ shape, label, className }: { readonly shape: GlyphShape; readonly label?: string; readonly className?: string | undefined }) {
  const said = label ?? shapes[shape].word
  const naming = said === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': said }
  return (
    <svg className={cx('glyph', shape !== 'half' && `glyph-${shape}`, className)} viewBox="0 0 12 12" fill="none" stroke="currentColor" strokeWidth="1.25" {...naming}>
      {shapes[shape].drawing}
    </svg>
  )
}

/** The glyph of a finding's severity. */
export function glyphOfSeverity(severity: 'error' | 'warning' | 'info'): GlyphShape {
  if (severity === 'error') return 'bad'
  return severity === 'warning' ? 'warn' : 'note'
}
