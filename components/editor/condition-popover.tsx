'use client'
import { useId, useState, type RefObject } from 'react'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import { writeStringCondition, type Condition, type StringCondition } from '@/lib/mesh/edit/rule-model'
import { Button } from '../ui/button'
import { Popover } from '../ui/popover'

const types: readonly { readonly value: StringCondition['type']; readonly label: string }[] = [
  { value: 'prefix', label: 'starts with' }, { value: 'exact', label: 'is' }, { value: 'regex', label: 'matches RE2' }, { value: 'present', label: 'is there' },
]

/** Edits one condition of a match in place; Enter is done, Remove takes it away. */
export function ConditionPopover({ anchor, condition, rulePath, title, onEdit, onClose }: {
  readonly anchor: RefObject<HTMLElement | null>
  readonly condition: Condition
  readonly rulePath: readonly PathStep[]
  readonly title: string
  readonly onEdit: (edits: readonly Edit[]) => void
  readonly onClose: () => void
}) {
  const path = [...rulePath, ...condition.path]
  return (
    <Popover anchor={anchor} open onClose={onClose} label={title} className="editor-pop">
      <form onSubmit={(event) => { event.preventDefault(); onClose() }}>
        {condition.kind === 'port' ? <PortFields value={condition.value} onChange={(value) => onEdit([{ kind: 'set', path, value }])} /> : null}
        {'match' in condition ? (
          <MatchFields
            title={title}
            match={condition.match}
            allowPresent={condition.kind === 'header' || condition.kind === 'without-header' || condition.kind === 'query'}
            onChange={(match) => onEdit([{ kind: 'set', path, value: writeStringCondition(match) }])}
          />
        ) : null}
        <div className="editor-pop-foot">
          <Button look="bare" onClick={() => { onEdit([{ kind: 'remove', path }]); onClose() }}>Remove</Button>
          <Button type="submit" hint="⏎" className="push">done</Button>
        </div>
      </form>
    </Popover>
  )
}

function MatchFields({ title, match, allowPresent, onChange }: {
  readonly title: string
  readonly match: StringCondition
  readonly allowPresent: boolean
  readonly onChange: (match: StringCondition) => void
}) {
  const id = useId()
  return (
    <div className="editor-pop-row">
      <label className="label" htmlFor={`${id}-type`}>{title}</label>
      <select id={`${id}-type`} className="editor-select" value={match.type} onChange={(event) => onChange({ ...match, type: types.find((type) => type.value === event.target.value)?.value ?? 'exact' })}>
        {types.filter((type) => allowPresent || type.value !== 'present').map((type) => <option key={type.value} value={type.value}>{type.label}</option>)}
      </select>
      {match.type === 'present' ? null : (
        <input aria-label={`${title} value`} className="editor-input m" value={match.value} spellCheck={false} autoComplete="off" onChange={(event) => onChange({ ...match, value: event.target.value })} />
      )}
    </div>
  )
}

function PortFields({ value, onChange }: { readonly value: number; readonly onChange: (value: number) => void }) {
  return <div className="editor-pop-row"><NumberField label="Port of the Gateway" value={value} onChange={onChange} /></div>
}

/** A whole number as text; what is no number is kept in the field, marked, and not written to the draft. */
export function NumberField({ label, value, onChange, className = '' }: { readonly label: string; readonly value: number | null; readonly onChange: (value: number) => void; readonly className?: string }) {
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? (value === null ? '' : String(value))
  const bad = typed !== null && !/^\d{1,9}$/.test(typed)
  return (
    <input
      aria-label={label} aria-invalid={bad} data-invalid={bad ? '' : undefined} className={`editor-input m num ${className}`} inputMode="numeric" autoComplete="off" value={shown}
      onChange={(event) => {
        const text = event.target.value.trim()
        setTyped(text)
        if (/^\d{1,9}$/.test(text)) onChange(Number(text))
      }}
      onBlur={() => { if (!bad) setTyped(null) }}
    />
  )
}
