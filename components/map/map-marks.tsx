import { Icon, type IconName } from '@/components/ui/icon'
import { assertNever } from '@/lib/std/assert-never'
import type { MapMark } from '@/lib/mesh/graph/model'

/** A mark of a rule: glyph and value; a rewrite is its glyph alone, with the value on hover. */
export function Mark({ mark }: { readonly mark: MapMark }) {
  const icon = iconOf(mark.kind)
  return <span className="map-mark" title={markText(mark)}>{icon === null ? null : <Icon name={icon} size={12} />}{mark.kind === 'rewrite' ? null : mark.value}</span>
}

function iconOf(kind: MapMark['kind']): IconName | null {
  switch (kind) {
    case 'timeout': return 'clock'
    case 'retry': return 'retry'
    case 'rewrite': return 'rewrite'
    case 'fault': case 'cors': case 'headers': return null
    default: return assertNever(kind)
  }
}

/** A mark in words: `timeout 3 s`, `rewrite to /v1/`. */
export function markText(mark: MapMark): string {
  switch (mark.kind) {
    case 'timeout': return `timeout ${mark.value}`
    case 'retry': return mark.value === '0' ? 'no retries' : `retries ${mark.value}`
    case 'rewrite': return `rewrite to ${mark.value}`
    case 'fault': return `fault: ${mark.value}`
    case 'cors': return 'CORS'
    case 'headers': return mark.value
    default: return assertNever(mark.kind)
  }
}
