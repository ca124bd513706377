'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { editReplySchema, type EditReply } from '@/lib/contract/edit'
import { endpoints } from '@/lib/contract/endpoints'
import { previewReplySchema, type PreviewReply } from '@/lib/contract/preview'
import { fetchJson } from '@/lib/client/fetch-json'
import type { EditedObject } from './use-editing'

/** What is known of the drafts: the mesh with them, and what the API server and istiod's webhook say. */
export interface Verdict {
  readonly hash: string
  readonly preview: PreviewReply | undefined
  readonly previewError: string | null
  /** By object key. */
  readonly dryRuns: ReadonlyMap<string, EditReply>
  readonly dryRunError: string | null
  /** True while the answers are of an older draft. */
  readonly outdated: boolean
}

/** Asks for both, a moment after the last keystroke. */
export function useVerdict(cluster: string, at: { readonly gateway: string; readonly host: string; readonly routeConfiguration: string | undefined }, changed: readonly EditedObject[]): Verdict {
  const readable = changed.filter((object) => object.reading.ok)
  const current = hashOf(readable)
  const hash = useSettled(current, 150)
  const active = readable.length > 0 && hash !== '' && hash === current
  const preview = useQuery({
    queryKey: ['preview', cluster, at.gateway, at.host, hash],
    enabled: active,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => fetchJson({
      url: endpoints.preview(cluster), method: 'POST', schema: previewReplySchema, signal,
      body: { gateway: at.gateway, host: at.host, ...(at.routeConfiguration === undefined ? {} : { routeConfiguration: at.routeConfiguration }), hash, drafts: readable.map(({ draft, reading }) => ({ kind: draft.kindKey, object: reading.ok ? reading.stored : {} })) },
    }),
  })
  const dryRun = useQuery({
    queryKey: ['dry-run', cluster, hash],
    enabled: active,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => new Map(await Promise.all(readable.map(async (object) => [object.draft.key, await sendEdit(cluster, object, { dryRun: true, signal })] as const))),
  })
  const none = readable.length === 0
  return {
    hash: hash.slice(0, 4),
    preview: none ? undefined : preview.data,
    previewError: none ? null : (preview.error?.message ?? null),
    dryRuns: none ? new Map() : (dryRun.data ?? new Map()),
    dryRunError: none ? null : (dryRun.error?.message ?? null),
    outdated: !none && (hash !== current || preview.isPlaceholderData || dryRun.isPlaceholderData || preview.isFetching || dryRun.isFetching),
  }
}

/** Sends one object's draft: a guarded JSON Patch, or the whole of a new object. An object without a change is not sent. */
export function sendEdit(cluster: string, { draft, reading }: EditedObject, options: { readonly dryRun: boolean; readonly signal?: AbortSignal }): Promise<EditReply> {
  if (!reading.ok) return Promise.resolve({ kind: 'rejected', by: 'api-server', message: 'The YAML cannot be read.', causes: [], warnings: [] })
  const change = draft.resourceVersion === null
    ? { verb: 'create', object: reading.stored }
    : { verb: 'patch', resourceVersion: draft.resourceVersion, operations: reading.operations }
  return fetchJson({
    url: endpoints.edit(cluster), method: 'POST', schema: editReplySchema, ...(options.signal === undefined ? {} : { signal: options.signal }),
    body: { kind: draft.kindKey, namespace: draft.namespace, name: draft.name, dryRun: options.dryRun, change },
  })
}

function hashOf(objects: readonly EditedObject[]): string {
  if (objects.length === 0) return ''
  let hash = 0x811c9dc5
  for (const { draft } of objects) {
    for (const text of [draft.key, draft.resourceVersion ?? '', draft.text]) {
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    }
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** A value once it has not changed for `millis`. */
function useSettled(value: string, millis: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), millis)
    return () => clearTimeout(timer)
  }, [value, millis])
  return settled
}
