'use client'
import { useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useReducer } from 'react'
import { objectReplySchema, type ObjectReply } from '@/lib/contract/edit'
import { endpoints } from '@/lib/contract/endpoints'
import type { HostTableData } from '@/lib/contract/views/table'
import { fetchJson } from '@/lib/client/fetch-json'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import { draftText } from '@/lib/mesh/edit/draft-text'
import { noDrafts, readDraft, reduceDrafts, type DraftAction, type DraftReading, type DraftState, type ObjectDraft } from './draft-state'

/** One editable object of the table with its draft as read. */
export interface EditedObject {
  readonly draft: ObjectDraft
  readonly reading: DraftReading
  readonly changed: boolean
  /** The cluster holds another version than the draft was made from. */
  readonly outdated: boolean
}

/** The drafts of a page. */
export interface Editing {
  readonly state: DraftState
  readonly dispatch: (action: DraftAction) => void
  readonly objects: ReadonlyMap<string, EditedObject>
  readonly changed: readonly EditedObject[]
  readonly failures: readonly string[]
}

/** The key of an object among the drafts. */
export function objectKey(ref: { readonly namespace: string; readonly name: string }): string {
  return `${ref.namespace}/${ref.name}`
}

/** Opens each editable object of the table as a draft, keeps what was typed in this browser, and follows the cluster while a draft is untouched. */
export function useEditing(cluster: string, table: HostTableData | null | undefined): Editing {
  const [state, dispatch] = useReducer(reduceDrafts, noDrafts)
  const editable = useMemo(() => (table?.objects ?? []).filter((object) => object.editable), [table])
  // Combined by React Query, so that `replies` is another list only where something else was read.
  const combine = useCallback((results: readonly { readonly data: ObjectReply | undefined; readonly error: Error | null }[]) => ({
    replies: editable.flatMap(({ kindKey, ref }, index) => {
      const data = results[index]?.data
      return data === undefined ? [] : [{ kindKey, ref, data }]
    }),
    failures: results.flatMap(({ error }) => (error === null ? [] : [error.message])),
  }), [editable])
  const { replies, failures } = useQueries({
    queries: editable.map((object) => ({
      queryKey: ['object', cluster, object.kindKey, object.ref.namespace, object.ref.name, object.resourceVersion],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url: endpoints.object(cluster, object.kindKey, object.ref.namespace, object.ref.name), schema: objectReplySchema, signal }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine,
  })
  useEffect(() => {
    for (const { kindKey, ref, data: { object, resourceVersion } } of replies) {
      const base = toKubeObject(object)
      const key = objectKey(ref)
      const kept = readKept(cluster, key, resourceVersion)
      if (base) dispatch({ kind: 'read', draft: { key, kindKey, namespace: ref.namespace, name: ref.name, base, resourceVersion }, ...(kept === undefined ? {} : { kept }) })
    }
  }, [replies, cluster])

  const objects = new Map<string, EditedObject>()
  for (const draft of Object.values(state.drafts)) {
    const reading = readDraft(draft)
    const changed = draft.resourceVersion === null || draft.text !== draftText(draft.base)
    const held = editable.find((object) => objectKey(object.ref) === draft.key)?.resourceVersion
    objects.set(draft.key, { draft, reading, changed, outdated: draft.resourceVersion !== null && held !== undefined && held !== null && held !== draft.resourceVersion })
  }
  const changed = [...objects.values()].filter((object) => object.changed)
  const { drafts } = state
  useEffect(() => {
    for (const draft of Object.values(drafts)) keep(cluster, draft, draft.text !== draftText(draft.base))
  }, [drafts, cluster])
  return { state, dispatch, objects, changed, failures }
}

/** An object of the API as the drafts need it; undefined for what has no head. */
export function toKubeObject(value: JsonObject): KubeObject | undefined {
  const { apiVersion, kind, metadata } = value
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isJsonObject(metadata) || typeof metadata['name'] !== 'string') return undefined
  return { ...value, apiVersion, kind, metadata: { ...metadata, name: metadata['name'] } }
}

function storageKey(cluster: string, key: string): string {
  return `meridian:draft:${cluster}:${key}`
}

/** A draft survives a reload in this browser; one of another version is offered no more. */
function readKept(cluster: string, key: string, resourceVersion: string): string | undefined {
  try {
    const kept = localStorage.getItem(storageKey(cluster, key))
    const end = kept?.indexOf('\n') ?? -1
    return kept && kept.slice(0, end) === resourceVersion ? kept.slice(end + 1) : undefined
  } catch {
    return undefined
  }
}

function keep(cluster: string, draft: ObjectDraft, changed: boolean): void {
  try {
    if (changed) localStorage.setItem(storageKey(cluster, draft.key), `${draft.resourceVersion ?? ''}\n${draft.text}`)
    else localStorage.removeItem(storageKey(cluster, draft.key))
  } catch {
    // A full or forbidden storage loses nothing that is on the screen.
  }
}
