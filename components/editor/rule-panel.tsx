'use client'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { isJsonObject } from '@/lib/std/json'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import { itemText, replaceItem } from '@/lib/mesh/edit/rule-text'
import { ruleModel } from '@/lib/mesh/edit/rule-model'
import { draftText } from '@/lib/mesh/edit/draft-text'
import { Also } from './also'
import { httpRules } from './draft-state'
import { DiffView } from './diff-view'
import { Send } from './send'
import type { TableRow } from './table-rows'
import type { EditedObject } from './use-editing'
import { When } from './when'

const YamlEditor = dynamic(() => import('./yaml-editor'), { ssr: false })
const list: readonly PathStep[] = ['spec', 'http']

/** The chosen rule: as a sentence of tokens, and as YAML; both write into the same draft. */
export function RulePanel({ row, object, onEdit, onWrite, onRemove }: {
  readonly row: TableRow
  readonly object: EditedObject
  readonly onEdit: (edits: readonly Edit[]) => void
  readonly onWrite: (text: string) => void
  readonly onRemove: () => void
}) {
  const [yamlOpen, setYamlOpen] = useState(false)
  const index = row.http ?? 0
  const rulePath = [...list, index]
  const raw = object.reading.ok ? object.reading.rules[index] : undefined
  const from = 'from' in row.change ? row.change.from : index
  const before = httpRules(object.draft.base)[from]
  if (!isJsonObject(raw)) return <p className="state">The YAML of {row.owner} cannot be read at the moment; mend it in the YAML view.</p>
  const model = ruleModel(raw)
  const openRaw = (): void => setYamlOpen(true)
  const reset = (): void => {
    if (before !== undefined) onEdit([{ kind: 'set', path: rulePath, value: before }])
  }
  return (
    <section aria-label={`Rule ${row.number ?? row.words}`}>
      <div className="editor-head">
        <span><b className="m editor-accent">{row.number ?? '–'}</b> <span className="m editor-strong">{row.owner} spec.http[{index}]</span>{row.change.kind === 'moved' || (row.change.kind === 'edited' && from !== index) ? <>, was <span className="m">[{from}]</span></> : null}</span>
        <span className="editor-head-links">
          {row.change.kind === 'edited' ? <button type="button" className="link" onClick={reset}>Reset rule</button> : null}
          <button type="button" className="link" onClick={onRemove}>Delete rule</button>
        </span>
      </div>
      <dl className="editor-sentence">
        <dt>When</dt>
        <dd className="editor-column"><When rule={model} rulePath={rulePath} readOnly={false} onEdit={onEdit} onRaw={openRaw} /></dd>
        <dt>Send</dt>
        <dd><Send action={model.action} before={isJsonObject(before) ? ruleModel(before).action : null} rulePath={rulePath} readOnly={false} onEdit={onEdit} onRaw={openRaw} /></dd>
        <dt>Also</dt>
        <dd><Also rule={model} rulePath={rulePath} readOnly={false} onEdit={onEdit} onRaw={openRaw} /></dd>
      </dl>
      <div className="editor-head"><span>YAML of this rule</span><button type="button" className="link" aria-expanded={yamlOpen} onClick={() => setYamlOpen(!yamlOpen)}>{yamlOpen ? 'Show the change' : 'Edit as YAML'}</button></div>
      {yamlOpen ? <RuleYaml object={object} index={index} onWrite={onWrite} /> : <RuleDiff object={object} index={index} from={row.change.kind === 'new' ? null : from} />}
    </section>
  )
}

function RuleYaml({ object, index, onWrite }: { readonly object: EditedObject; readonly index: number; readonly onWrite: (text: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null)
  const current = itemText(object.draft.text, list, index)
  const stored = current.ok ? current.value : ''
  const replaced = typed === null ? undefined : replaceItem(object.draft.text, { list, index }, typed)
  return (
    <YamlEditor
      label="YAML of this rule" text={typed ?? stored} issues={replaced?.ok === false ? replaced.error : []}
      onChange={(text) => {
        const next = replaceItem(object.draft.text, { list, index }, text)
        setTyped(next.ok ? null : text)
        if (next.ok && next.value !== object.draft.text) onWrite(next.value)
      }}
    />
  )
}

function RuleDiff({ object, index, from }: { readonly object: EditedObject; readonly index: number; readonly from: number | null }) {
  const now = itemText(object.draft.text, list, index)
  const then = from === null ? undefined : itemText(draftText(object.draft.base), list, from)
  const after = now.ok ? now.value : ''
  const before = then?.ok === true ? then.value : ''
  if (before === after) return <div className="editor-yaml">{after.split('\n').slice(0, -1).map((line, nth) => <div className="editor-line" key={nth}><span className="editor-line-number">{nth + 1}</span><span className="editor-line-sign" /><code>{line}</code></div>)}</div>
  return <DiffView before={before} after={after} label="Change of this rule" />
}
