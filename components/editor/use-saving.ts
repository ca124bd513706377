'use client'
import { useState } from 'react'
import type { EditReply } from '@/lib/contract/edit'
import { editReplySchema } from '@/lib/contract/edit'
import { endpoints } from '@/lib/contract/endpoints'
import { AppError } from '@/lib/contract/app-error'
import { fetchJson } from '@/lib/client/fetch-json'
import { diffJson, type JsonPatchOperation } from '@/lib/std/json-patch'
import type { KubeObject } from '@/lib/mesh/resource'
import { toKubeObject, type EditedObject, type Editing } from './use-editing'
import { sendEdit } from './use-verdict'

/** A change that was stored, with what takes it back. */
export interface SavedChange {
  readonly key: string
  readonly kindKey: string
  readonly namespace: string
  readonly name: string
  readonly resourceVersion: string
  readonly millis: number
  /** The guarded reverse patch; null for a created object (undone by deleting it). */
  readonly reverse: readonly JsonPatchOperation[] | null
  readonly undone: boolean
}

/** Where saving stands. */
export interface Saving {
  readonly busy: boolean
  readonly saved: readonly SavedChange[]
  /** The object whose save did not go through, and why. */
  readonly trouble: { readonly key: string; readonly reply: EditReply | null; readonly message: string } | null
  save(changed: readonly EditedObject[]): Promise<void>
  undo(change: SavedChange): Promise<void>
  dismiss(): void
}

/** Saves drafts one object after another, each one PATCH guarded by what was read; stops at the first that fails. */
export function useSaving(cluster: string, editing: Editing): Saving {
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState<readonly SavedChange[]>([])
  const [trouble, setTrouble] = useState<Saving['trouble']>(null)

  const save = async (changed: readonly EditedObject[]): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      for (const object of changed) {
        const reply = await sendEdit(cluster, object, { dryRun: false })
        if (reply.kind !== 'accepted') return setTrouble({ key: object.draft.key, reply, message: reply.message })
        const stored = toKubeObject(reply.object)
        if (!stored) return
        setSaved((before) => [savedChange(object, stored, reply), ...before].slice(0, 5))
        editing.dispatch({ kind: 'open', draft: { ...object.draft, base: stored, resourceVersion: reply.resourceVersion } })
      }
    } catch (error) {
      setTrouble({ key: changed[0]?.draft.key ?? '', reply: null, message: error instanceof AppError ? error.message : String(error) })
    } finally {
      setBusy(false)
    }
  }

  const undo = async (change: SavedChange): Promise<void> => {
    setBusy(true)
    setTrouble(null)
    try {
      const reply = await fetchJson({
        url: endpoints.edit(cluster), method: 'POST', schema: editReplySchema,
        body: {
          kind: change.kindKey, namespace: change.namespace, name: change.name, dryRun: false,
          change: change.reverse === null ? { verb: 'delete', resourceVersion: change.resourceVersion } : { verb: 'patch', resourceVersion: change.resourceVersion, operations: change.reverse },
        },
      })
      if (reply.kind !== 'accepted') return setTrouble({ key: change.key, reply, message: reply.message })
      setSaved((before) => before.map((other) => (other === change ? { ...other, undone: true } : other)))
      const draft = editing.state.drafts[change.key]
      const stored = toKubeObject(reply.object)
      if (change.reverse === null) editing.dispatch({ kind: 'close', key: change.key })
      else if (draft && stored) editing.dispatch({ kind: 'open', draft: { ...draft, base: stored, resourceVersion: reply.resourceVersion } })
    } catch (error) {
      setTrouble({ key: change.key, reply: null, message: error instanceof AppError ? error.message : String(error) })
    } finally {
      setBusy(false)
    }
  }

  return { busy, saved, trouble, save, undo, dismiss: () => setTrouble(null) }
}

function savedChange({ draft }: EditedObject, stored: KubeObject, reply: Extract<EditReply, { kind: 'accepted' }>): SavedChange {
  const { labels: _labels, annotations: _annotations, ...metadata } = stored.metadata
  const target = { ...draft.base, metadata: { ...metadata, name: stored.metadata.name, ...pick(draft.base.metadata) } }
  return {
    key: draft.key, kindKey: draft.kindKey, namespace: draft.namespace, name: draft.name, resourceVersion: reply.resourceVersion, millis: reply.millis, undone: false,
    reverse: draft.resourceVersion === null ? null : diffJson(spec(stored), spec(target)),
  }
}

function pick({ labels, annotations }: KubeObject['metadata']): object {
  return { ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) }
}

/** What a person edits: everything but status and the server's metadata. */
function spec(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object
  const { managedFields: _managed, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...metadata, name: object.metadata.name } }
}
