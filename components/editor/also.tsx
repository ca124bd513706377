'use client'
import { useRef, useState, type ReactNode } from 'react'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import type { RuleModel } from '@/lib/mesh/edit/rule-model'
import { Button } from '../ui/button'
import { MenuButton, type MenuEntry } from '../ui/menu'
import { Popover } from '../ui/popover'
import { NumberField } from './condition-popover'

interface AlsoProps {
  readonly rule: RuleModel
  readonly rulePath: readonly PathStep[]
  readonly readOnly: boolean
  readonly onEdit: (edits: readonly Edit[]) => void
  readonly onRaw: (path: readonly PathStep[]) => void
}

/** Everything else the rule does: timeout, retries, rewrite as tokens; what has no form as grey tokens with their YAML. */
export function Also({ rule, rulePath, readOnly, onEdit, onRaw }: AlsoProps) {
  const at = (...steps: readonly PathStep[]): readonly PathStep[] => [...rulePath, ...steps]
  const text = (path: readonly PathStep[], value: string): void => onEdit([value === '' ? { kind: 'remove', path } : { kind: 'set', path, value }])
  const entries: readonly MenuEntry[] = [
    { kind: 'item', key: 'timeout', label: 'timeout', disabled: rule.timeout !== null, onSelect: () => onEdit([{ kind: 'set', path: at('timeout'), value: '3s' }]) },
    { kind: 'item', key: 'retries', label: 'retries', disabled: rule.retries !== null, onSelect: () => onEdit([{ kind: 'set', path: at('retries'), value: { attempts: 2 } }]) },
    { kind: 'item', key: 'rewrite', label: 'rewrite', disabled: rule.rewrite !== null || rule.raw.some(({ name }) => name === 'rewrite'), onSelect: () => onEdit([{ kind: 'set', path: at('rewrite'), value: { uri: '/' } }]) },
    { kind: 'item', key: 'redirect', label: 'redirect instead of sending', disabled: rule.action.kind === 'redirect', onSelect: () => onEdit([...(rule.action.kind === 'route' ? [{ kind: 'remove' as const, path: at('route') }] : []), { kind: 'set', path: at('redirect'), value: { uri: '/' } }]) },
  ]
  return (
    <>
      <Token title="timeout" value={rule.timeout ?? 'none'} unset={rule.timeout === null} readOnly={readOnly} explain={[['Unset', 'no limit, Istio’s default'], ['Envoy', 'route.timeout, retries run inside it']]} onRemove={rule.timeout === null ? undefined : () => onEdit([{ kind: 'remove', path: at('timeout') }])}>
        <input className="editor-input m num" aria-label="Timeout of the whole request" placeholder="3s" value={rule.timeout ?? ''} spellCheck={false} autoComplete="off" onChange={(event) => { if (rule.timeout !== null || event.target.value !== '') text(at('timeout'), event.target.value) }} />
      </Token>
      <Token title="retries" value={rule.retries === null ? '2' : String(rule.retries.attempts ?? 0)} unset={rule.retries === null} note="mesh default" readOnly={readOnly} explain={[['Unset', '2 attempts on connect-failure, refused-stream, unavailable, cancelled, retriable-status-codes'], ['Envoy', 'retry_policy']]} onRemove={rule.retries === null ? undefined : () => onEdit([{ kind: 'remove', path: at('retries') }])}>
        <NumberField label="Attempts" value={rule.retries?.attempts ?? null} onChange={(value) => onEdit([{ kind: 'set', path: at('retries', 'attempts'), value }])} />
        <input className="editor-input m" aria-label="Timeout of one try" placeholder="per try, 1s" value={rule.retries?.perTryTimeout ?? ''} spellCheck={false} autoComplete="off" onChange={(event) => { if (rule.retries?.perTryTimeout != null || event.target.value !== '') text(at('retries', 'perTryTimeout'), event.target.value) }} />
        <input className="editor-input m" aria-label="Retry on" placeholder="retry on, 5xx" value={rule.retries?.retryOn ?? ''} spellCheck={false} autoComplete="off" onChange={(event) => { if (rule.retries?.retryOn != null || event.target.value !== '') text(at('retries', 'retryOn'), event.target.value) }} />
      </Token>
      {rule.rewrite === null ? null : (
        <Token title="rewrite" value={[rule.rewrite.authority, rule.rewrite.uri].filter((part) => part !== null).join(' ')} unset={false} readOnly={readOnly} explain={[['Path', 'replaces what the match took: the prefix, or the whole path'], ['Envoy', 'prefix_rewrite, host_rewrite_literal']]} onRemove={() => onEdit([{ kind: 'remove', path: at('rewrite') }])}>
          <input className="editor-input m" aria-label="Rewritten path" placeholder="path as it is" value={rule.rewrite.uri ?? ''} spellCheck={false} autoComplete="off" onChange={(event) => text(at('rewrite', 'uri'), event.target.value)} />
          <input className="editor-input m" aria-label="Rewritten host" placeholder="host as it is" value={rule.rewrite.authority ?? ''} spellCheck={false} autoComplete="off" onChange={(event) => { if (rule.rewrite?.authority != null || event.target.value !== '') text(at('rewrite', 'authority'), event.target.value) }} />
        </Token>
      )}
      {rule.raw.map(({ name }) => (
        <button key={name} type="button" className="editor-token raw" onClick={() => onRaw(at(name))}><span className="label">k8s</span><span className="m">{name}</span></button>
      ))}
      {readOnly ? null : <MenuButton label="Add a behaviour" className="link small" chevron={false} entries={entries}>+ behaviour</MenuButton>}
    </>
  )
}

function Token({ title, value, unset, note, readOnly, explain, onRemove, children }: {
  readonly title: string
  readonly value: string
  readonly unset: boolean
  readonly note?: string
  readonly readOnly: boolean
  readonly explain: readonly (readonly [string, string])[]
  readonly onRemove: (() => void) | undefined
  readonly children: ReactNode
}) {
  const anchor = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button ref={anchor} type="button" className={`editor-token ${unset ? 'unset' : ''} ${open ? 'open' : ''}`} disabled={readOnly} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
        <span className="label">{title}</span><span className="m">{value}</span>{unset && note !== undefined ? <span className="label">{note}</span> : null}
      </button>
      {open ? (
        <Popover anchor={anchor} open onClose={() => setOpen(false)} label={title} className="editor-pop">
          <form onSubmit={(event) => { event.preventDefault(); setOpen(false) }}>
            <div className="editor-pop-row"><span className="label">{title}</span>{children}</div>
            <dl className="editor-explain">{explain.map(([term, words]) => <div key={term}><dt>{term}</dt><dd>{words}</dd></div>)}</dl>
            <div className="editor-pop-foot">
              {onRemove === undefined ? null : <Button look="bare" onClick={() => { onRemove(); setOpen(false) }}>Remove</Button>}
              <Button type="submit" hint="⏎" className="push">done</Button>
            </div>
          </form>
        </Popover>
      ) : null}
    </>
  )
}
