'use client'
import { Button } from '../ui/button'
import { Glyph } from '../ui/glyph'
import type { EditedObject, Editing } from './use-editing'
import type { Saving } from './use-saving'
import type { Verdict } from './use-verdict'

/** The bar at the bottom: how many edits, errors, the dry-run; undo, save; and after a save what was stored, with its undo. */
export function SaveBar({ editing, verdict, saving, onSave, versions }: {
  readonly editing: Editing
  readonly verdict: Verdict
  readonly saving: Saving
  readonly onSave: () => void
  /** Object key → the version the watch has brought. */
  readonly versions: ReadonlyMap<string, string | null>
}) {
  const { changed } = editing
  const errors = errorCount(changed, verdict)
  const dryRun = [...verdict.dryRuns.values()]
  const accepted = dryRun.length > 0 && dryRun.every((reply) => reply.kind === 'accepted')
  const ready = changed.length > 0 && errors === 0 && !saving.busy && changed.every((object) => object.reading.ok)
  return (
    <div className="editor-bar-bottom" role="group" aria-label="Draft">
      <b>{changed.length === 0 ? 'No edits' : `${changed.length} ${changed.length === 1 ? 'object' : 'objects'} edited`}</b>
      {changed.length === 0 ? null : <span className="editor-fact"><Glyph shape={errors === 0 ? 'ok' : 'bad'} label="" />{errors} {errors === 1 ? 'error' : 'errors'}</span>}
      {changed.length === 0 ? null : <span className="editor-fact"><Glyph shape={verdict.outdated ? 'unknown' : accepted ? 'ok' : 'bad'} label="" />{verdict.outdated ? 'dry-run …' : accepted ? 'dry-run ok' : 'dry-run refused'}</span>}
      <Stored saving={saving} versions={versions} />
      <span className="push" />
      <Button look="bare" icon="undo" hint="Ctrl Z" disabled={editing.state.past.length === 0} onClick={() => editing.dispatch({ kind: 'undo' })}>Undo</Button>
      <Button look="primary" hint="Ctrl S" disabled={!ready} onClick={onSave}>Save</Button>
    </div>
  )
}

function Stored({ saving, versions }: { readonly saving: Saving; readonly versions: ReadonlyMap<string, string | null> }) {
  const [last] = saving.saved
  if (!last) return null
  const seen = versions.get(last.key) === last.resourceVersion
  return (
    <span className="editor-fact" role="status">
      {last.undone ? <><Glyph shape="ok" label="" />{last.key} is as it was</> : (
        <>
          <Glyph shape="ok" label="" />stored <span className="m">{Math.round(last.millis)} ms</span>
          {seen ? <><Glyph shape="ok" label="" />seen by the watch</> : null}
          <button type="button" className="link" disabled={saving.busy} onClick={() => { void saving.undo(last) }}>Undo the save</button>
        </>
      )}
    </span>
  )
}

/** Errors of any source: unreadable YAML, schema and rules, the server's dry-run. */
function errorCount(changed: readonly EditedObject[], verdict: Verdict): number {
  const unreadable = changed.filter(({ reading }) => !reading.ok).length
  const found = (verdict.preview?.issues ?? []).reduce((sum, issue) => sum + issue.errors.length, 0)
  const refused = [...verdict.dryRuns.values()].filter((reply) => reply.kind === 'rejected').length
  return unreadable + Math.max(found, refused)
}
