'use client'
import { useRef, useState } from 'react'
import { assertNever } from '@/lib/std/assert-never'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import type { Condition, MatchModel, RuleModel, StringCondition } from '@/lib/mesh/edit/rule-model'
import { MenuButton, type MenuEntry } from '../ui/menu'
import { ConditionPopover } from './condition-popover'

interface WhenProps {
  readonly rule: RuleModel
  readonly rulePath: readonly PathStep[]
  readonly readOnly: boolean
  readonly onEdit: (edits: readonly Edit[]) => void
  readonly onRaw: (path: readonly PathStep[]) => void
}

/** The rule's conditions as tokens: those of one line hold together, lines are alternatives. */
export function When({ rule, rulePath, readOnly, onEdit, onRaw }: WhenProps) {
  const matches: readonly MatchModel[] = rule.matches.length === 0 ? [{ index: 0, name: null, conditions: [] }] : rule.matches
  return (
    <>
      {matches.map((match, nth) => (
        <div className="editor-tokens" key={match.index} role="group" aria-label={nth === 0 ? 'When' : 'or when'}>
          {nth > 0 ? <span className="label editor-or">or</span> : null}
          {match.conditions.length === 0 ? <span className="editor-token plain">every path</span> : null}
          {match.conditions.map((condition) => (
            <Token key={condition.path.join('.')} condition={condition} rulePath={rulePath} readOnly={readOnly} onEdit={onEdit} onRaw={onRaw} />
          ))}
          {readOnly ? null : <AddCondition match={match} rulePath={rulePath} onEdit={onEdit} />}
          {readOnly || rule.matches.length < 2 ? null : <button type="button" className="link small" onClick={() => onEdit([{ kind: 'remove', path: [...rulePath, 'match', match.index] }])}>remove alternative</button>}
        </div>
      ))}
      {readOnly || rule.matches.length === 0 ? null : (
        <button type="button" className="link small" onClick={() => onEdit([{ kind: 'insert', path: [...rulePath, 'match'], index: rule.matches.length, value: { uri: { prefix: '/' } } }])}>+ alternative</button>
      )}
    </>
  )
}

function Token({ condition, rulePath, readOnly, onEdit, onRaw }: { readonly condition: Condition } & Omit<WhenProps, 'rule'>) {
  const anchor = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const title = titleOf(condition)
  const raw = condition.kind === 'raw'
  const press = (): void => {
    if (raw) onRaw([...rulePath, ...condition.path])
    else setOpen(true)
  }
  return (
    <>
      <button ref={anchor} type="button" className={`editor-token ${raw ? 'raw' : ''} ${open ? 'open' : ''}`} disabled={readOnly} aria-haspopup="dialog" aria-expanded={open} onClick={press}>
        <span className="label">{title}</span>
        <span className="m cut">{valueOf(condition)}</span>
      </button>
      {open && !raw ? <ConditionPopover anchor={anchor} condition={condition} rulePath={rulePath} title={title} onEdit={onEdit} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function AddCondition({ match, rulePath, onEdit }: { readonly match: MatchModel; readonly rulePath: readonly PathStep[]; readonly onEdit: (edits: readonly Edit[]) => void }) {
  const [asking, setAsking] = useState<'headers' | 'withoutHeaders' | 'queryParams' | null>(null)
  const has = (kind: Condition['kind']): boolean => match.conditions.some((condition) => condition.kind === kind)
  const at = (...steps: readonly PathStep[]): readonly PathStep[] => [...rulePath, 'match', match.index, ...steps]
  const one = (kind: Condition['kind'], label: string, edit: Edit): MenuEntry => ({ kind: 'item', key: label, label, disabled: has(kind), note: has(kind) ? 'already there' : '', onSelect: () => onEdit([edit]) })
  const entries: readonly MenuEntry[] = [
    one('uri', 'path', { kind: 'set', path: at('uri'), value: { prefix: '/' } }),
    one('method', 'method', { kind: 'set', path: at('method'), value: { exact: 'GET' } }),
    one('authority', 'authority', { kind: 'set', path: at('authority'), value: { exact: '' } }),
    { kind: 'item', key: 'header', label: 'header …', onSelect: () => setAsking('headers') },
    { kind: 'item', key: 'without', label: 'without header …', onSelect: () => setAsking('withoutHeaders') },
    { kind: 'item', key: 'query', label: 'query parameter …', onSelect: () => setAsking('queryParams') },
    one('port', 'port', { kind: 'set', path: at('port'), value: 80 }),
    one('scheme', 'scheme', { kind: 'set', path: at('scheme'), value: { exact: 'https' } }),
    one('ignore-case', 'path in any case', { kind: 'set', path: at('ignoreUriCase'), value: true }),
  ]
  if (asking === null) return <MenuButton label="Add a condition" className="link small" chevron={false} entries={entries}>+ condition</MenuButton>
  return (
    <form
      className="editor-ask"
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('name') ?? '').trim()
        if (name !== '') onEdit([{ kind: 'set', path: at(asking, asking === 'queryParams' ? name : name.toLowerCase()), value: asking === 'queryParams' ? { exact: '' } : {} }])
        setAsking(null)
      }}
    >
      <input className="editor-input m" name="name" aria-label={asking === 'queryParams' ? 'Name of the query parameter' : 'Name of the header'} placeholder={asking === 'queryParams' ? 'parameter' : 'x-header'} autoFocus autoComplete="off" spellCheck={false} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); setAsking(null) } }} />
    </form>
  )
}

function titleOf(condition: Condition): string {
  switch (condition.kind) {
    case 'uri':
      return `path ${verbOf(condition.match)}`
    case 'method':
    case 'authority':
    case 'scheme':
      return `${condition.kind} ${verbOf(condition.match)}`.replace(/ is$/, '')
    case 'header':
      return `header ${condition.name} ${verbOf(condition.match)}`
    case 'without-header':
      return `no header ${condition.name} that ${verbOf(condition.match)}`
    case 'query':
      return `query ${condition.name} ${verbOf(condition.match)}`
    case 'port':
      return 'port'
    case 'ignore-case':
      return 'path in any case'
    case 'raw':
      return 'field'
    default:
      return assertNever(condition)
  }
}

function verbOf(match: StringCondition): string {
  return { exact: 'is', prefix: 'starts', regex: 'matches', present: 'is there' }[match.type]
}

function valueOf(condition: Condition): string {
  if ('match' in condition) return condition.match.value
  if (condition.kind === 'port') return String(condition.value)
  return condition.kind === 'raw' ? condition.name : ''
}
