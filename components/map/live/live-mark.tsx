'use client'
import { createContext, useContext } from 'react'
import { Glyph, type GlyphShape } from '@/components/ui/glyph'
import { Section } from '@/components/ui/panel'
import type { LiveMarkData } from './live-marks'

/** What is marked while only what is declared is shown. */
export const noMarks: ReadonlyMap<string, LiveMarkData> = new Map()

/** The marks of the live view by the map's keys; empty while only what is declared is shown. */
export const LiveMarksContext = createContext(noMarks)

const certificateShapes = { ok: 'ok', warn: 'warn', bad: 'bad' } as const
const shapes = { absent: 'note', some: 'half', different: 'warn', extra: 'unknown', certificate: 'ok' } as const
const texts = { absent: 'not live', some: 'some pods', different: 'other live', extra: 'in Envoy only', certificate: '' } as const

function shapeOf({ kind, state }: LiveMarkData): GlyphShape {
  return state === undefined ? shapes[kind] : certificateShapes[state]
}

/** How the thing with this key stands in the Envoys; nothing where it is as declared. */
export function LiveMark({ at, short = false }: { readonly at: string; readonly short?: boolean }) {
  const mark = useContext(LiveMarksContext).get(at)
  if (mark === undefined) return null
  return <span className={`map-live ${mark.state ?? mark.kind}`} title={mark.words}><Glyph shape={shapeOf(mark)} label={mark.words} />{short ? null : <span aria-hidden="true"> {mark.text ?? texts[mark.kind]}</span>}</span>
}

/** The class of a row that is declared and in no Envoy (`hollow`), or in Envoy only (`dotted`). */
export function useLiveLook(at: string): string | false {
  const kind = useContext(LiveMarksContext).get(at)?.kind
  return kind === 'absent' ? 'hollow' : kind === 'extra' ? 'dotted' : false
}

/** How what is pinned stands in the Envoys, as a section of the inspector. */
export function LiveSection({ at }: { readonly at: string }) {
  const mark = useContext(LiveMarksContext).get(at)
  return mark === undefined ? null : <Section title="Declared and live"><p><Glyph shape={shapeOf(mark)} label="" /> {mark.words}</p></Section>
}
