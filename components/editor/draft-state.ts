import { assertNever } from '@/lib/std/assert-never'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { diffJson, type JsonPatchOperation } from '@/lib/std/json-patch'
import { applyEdits } from '@/lib/mesh/edit/apply-edit'
import { draftText, mergeEdited, parseDraft, type DraftIssue } from '@/lib/mesh/edit/draft-text'
import type { Edit } from '@/lib/mesh/edit/edit'
import type { KubeObject } from '@/lib/mesh/resource'

/** One object being edited: what was read, and the YAML that form and text views both write into. */
export interface ObjectDraft {
  readonly key: string
  readonly kindKey: string
  readonly namespace: string
  readonly name: string
  /** The object as read; for a new one, the empty shape it starts from. */
  readonly base: KubeObject
  /** null: the object does not exist yet. */
  readonly resourceVersion: string | null
  readonly text: string
}

/** All drafts of the page, with one history over them. */
export interface DraftState {
  readonly drafts: { readonly [key: string]: ObjectDraft }
  readonly past: readonly Step[]
  readonly future: readonly Step[]
  /** Why the last edit was not taken; cleared by the next. */
  readonly refused: string | null
}

interface Step {
  readonly key: string
  readonly text: string
}

/** What can happen to the drafts. */
export type DraftAction =
  | { readonly kind: 'open'; readonly draft: Omit<ObjectDraft, 'text'>; readonly text?: string }
  /** What the cluster holds: opens the draft (with what was `kept` in this browser), or follows while nothing was changed in it. */
  | { readonly kind: 'read'; readonly draft: Omit<ObjectDraft, 'text'>; readonly kept?: string }
  | { readonly kind: 'edit'; readonly key: string; readonly edits: readonly Edit[] }
  | { readonly kind: 'write'; readonly key: string; readonly text: string }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'reset'; readonly key: string }
  | { readonly kind: 'rebase'; readonly key: string; readonly base: KubeObject; readonly resourceVersion: string; readonly text: string }
  | { readonly kind: 'close'; readonly key: string }

/** No draft open. */
export const noDrafts: DraftState = { drafts: {}, past: [], future: [], refused: null }

/** The next state; an edit that does not fit leaves the draft as it was and says why. */
export function reduceDrafts(state: DraftState, action: DraftAction): DraftState {
  switch (action.kind) {
    case 'open':
      return { ...state, drafts: { ...state.drafts, [action.draft.key]: { ...action.draft, text: action.text ?? draftText(action.draft.base) } } }
    case 'read':
      return follow(state, action.draft, action.kept)
    case 'edit': {
      const draft = state.drafts[action.key]
      if (!draft) return state
      const applied = applyEdits(draft.text, action.edits)
      return applied.ok ? write(state, draft, applied.value) : { ...state, refused: applied.error }
    }
    case 'write': {
      const draft = state.drafts[action.key]
      return draft ? write(state, draft, action.text) : state
    }
    case 'undo':
      return step(state, { from: 'past', to: 'future' })
    case 'redo':
      return step(state, { from: 'future', to: 'past' })
    case 'reset': {
      const draft = state.drafts[action.key]
      return draft ? write(state, draft, draftText(draft.base)) : state
    }
    case 'rebase': {
      const draft = state.drafts[action.key]
      if (!draft) return state
      const rebased: ObjectDraft = { ...draft, base: action.base, resourceVersion: action.resourceVersion, text: action.text }
      return { drafts: { ...state.drafts, [action.key]: rebased }, past: without(state.past, action.key), future: without(state.future, action.key), refused: null }
    }
    case 'close': {
      const { [action.key]: _closed, ...drafts } = state.drafts
      return { drafts, past: without(state.past, action.key), future: without(state.future, action.key), refused: null }
    }
    default:
      return assertNever(action)
  }
}

function follow(state: DraftState, read: Omit<ObjectDraft, 'text'>, kept: string | undefined): DraftState {
  const known = state.drafts[read.key]
  if (known && (known.resourceVersion === read.resourceVersion || known.text !== draftText(known.base))) return state
  return { ...state, drafts: { ...state.drafts, [read.key]: { ...read, text: (known ? undefined : kept) ?? draftText(read.base) } } }
}

function write(state: DraftState, draft: ObjectDraft, text: string): DraftState {
  if (text === draft.text) return { ...state, refused: null }
  return {
    drafts: { ...state.drafts, [draft.key]: { ...draft, text } },
    past: [...state.past.slice(-199), { key: draft.key, text: draft.text }],
    future: [],
    refused: null,
  }
}

function step(state: DraftState, direction: { readonly from: 'past' | 'future'; readonly to: 'past' | 'future' }): DraftState {
  const last = state[direction.from].at(-1)
  const draft = last && state.drafts[last.key]
  if (!last || !draft) return state
  return {
    ...state,
    drafts: { ...state.drafts, [last.key]: { ...draft, text: last.text } },
    [direction.from]: state[direction.from].slice(0, -1),
    [direction.to]: [...state[direction.to], { key: last.key, text: draft.text }],
    refused: null,
  }
}

function without(steps: readonly Step[], key: string): readonly Step[] {
  return steps.filter((candidate) => candidate.key !== key)
}

/** What a draft says: the object it would make and the operations that make it, or where its text cannot be read. */
export type DraftReading =
  | { readonly ok: true; readonly object: JsonObject; readonly stored: JsonObject; readonly operations: readonly JsonPatchOperation[]; readonly rules: readonly Json[] }
  | { readonly ok: false; readonly issues: readonly DraftIssue[] }

/** Reads a draft's YAML. `object` is what the person sees, `stored` with the server's fields of the original. */
export function readDraft(draft: ObjectDraft): DraftReading {
  const parsed = parseDraft(draft.text)
  if (!parsed.ok) return { ok: false, issues: parsed.error }
  const stored = mergeEdited(draft.base, parsed.value)
  const operations = draft.resourceVersion === null ? [{ op: 'add' as const, path: '', value: stored }] : diffJson(draft.base, stored)
  return { ok: true, object: parsed.value, stored, operations, rules: httpRules(parsed.value) }
}

/** `spec.http` of an untyped VirtualService. */
export function httpRules(object: JsonObject): readonly Json[] {
  const spec = object['spec']
  const http = isJsonObject(spec) ? spec['http'] : undefined
  return Array.isArray(http) ? http : []
}
