'use client'
import { useRef, type KeyboardEvent } from 'react'

/** One choice of a segmented control. */
export interface Segment<Value extends string> {
  readonly value: Value
  readonly label: string
}

/** One of few, seen at once: a radio group with arrow keys. */
export function Segmented<Value extends string>({ label, value, segments, onChange }: {
  readonly label: string
  readonly value: Value
  readonly segments: readonly Segment<Value>[]
  readonly onChange: (value: Value) => void
}) {
  const group = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' || event.key === 'ArrowDown' ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    event.stopPropagation()
    const at = segments.findIndex((segment) => segment.value === value)
    const next = (at + step + segments.length) % segments.length
    const segment = segments[next]
    if (!segment) return
    onChange(segment.value)
    const button = group.current?.children[next]
    if (button instanceof HTMLElement) button.focus()
  }
  return (
    <div className="seg" role="radiogroup" aria-label={label} ref={group} onKeyDown={move}>
      {segments.map((segment) => (
        <button
          key={segment.value} type="button" role="radio" aria-checked={segment.value === value}
          tabIndex={segment.value === value ? 0 : -1} onClick={() => onChange(segment.value)}
        >
          {segment.label}
        </button>
      ))}
    </div>
  )
}
