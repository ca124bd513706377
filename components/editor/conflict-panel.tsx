'use client'
import { formatSteps } from '@/lib/mesh/edit/apply-edit'
import { draftText, editablePart } from '@/lib/mesh/edit/draft-text'
import { mergeThree } from '@/lib/mesh/edit/merge-three'
import type { JsonObject } from '@/lib/std/json'
import { Document } from 'yaml'
import { Button } from '../ui/button'
import { DiffView } from './diff-view'
import { toKubeObject, type EditedObject, type Editing } from './use-editing'

/** A conflict explained: what they changed, what you changed, and the three ways on. Nothing is lost until one is chosen. */
export function ConflictPanel({ object, current, editing, onDone }: {
  readonly object: EditedObject
  /** The object as it is now; null when it was deleted. */
  readonly current: JsonObject | null
  readonly editing: Editing
  readonly onDone: () => void
}) {
  const { draft, reading } = object
  const theirs = current === null ? undefined : toKubeObject(current)
  if (!theirs) {
    return (
      <div className="editor-conflict" role="alert">
        <h2>{draft.key} was deleted meanwhile</h2>
        <p>Your draft is kept. Save it as a new object, or leave it.</p>
        <Button onClick={() => { editing.dispatch({ kind: 'open', draft: { ...draft, resourceVersion: null }, text: draft.text }); onDone() }}>Make it a new object</Button>
      </div>
    )
  }
  const base = editablePart(draft.base)
  const merged = reading.ok ? mergeThree({ base, mine: reading.object, theirs: editablePart(theirs) }) : undefined
  const version = theirs.metadata.resourceVersion ?? ''
  const rebase = (text: string): void => {
    editing.dispatch({ kind: 'rebase', key: draft.key, base: theirs, resourceVersion: version, text })
    onDone()
  }
  return (
    <div className="editor-conflict" role="alert">
      <h2>Somebody else changed {draft.key} since you read it</h2>
      <p className="label">Nothing of yours was saved. Version <span className="m">{draft.resourceVersion}</span> was read, <span className="m">{version}</span> is there now.</p>
      <div className="editor-versions">
        <figure><figcaption>Their change</figcaption><DiffView before={draftText(draft.base)} after={draftText(theirs)} label="Their change" /></figure>
        <figure><figcaption>Your change</figcaption><DiffView before={draftText(draft.base)} after={draft.text} label="Your change" /></figure>
      </div>
      {merged && merged.conflicts.length > 0 ? (
        <ul className="editor-clashes">{merged.conflicts.map((conflict) => <li key={formatSteps(conflict.path)}><span className="m">{formatSteps(conflict.path)}</span>: theirs <span className="m">{JSON.stringify(conflict.theirs)}</span>, yours <span className="m">{JSON.stringify(conflict.mine)}</span></li>)}</ul>
      ) : null}
      <div className="editor-choices">
        {merged ? <Button look="primary" onClick={() => rebase(textOf(merged.value))}>{merged.conflicts.length === 0 ? 'Merge both' : 'Merge, keep mine where both changed'}</Button> : null}
        <Button onClick={() => rebase(draftText(theirs))}>Take theirs</Button>
        <Button look="bare" onClick={onDone}>Back to my draft</Button>
      </div>
    </div>
  )
}

function textOf(value: JsonObject): string {
  return new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 })
}
