import { isCollection, isMap, isNode, isSeq, type Document, type YAMLSeq } from 'yaml'
import { assertNever } from '@/lib/std/assert-never'
import type { Json } from '@/lib/std/json'
import { err, ok, type Result } from '@/lib/std/result'
import { parseYamlDocument } from './draft-text'
import type { Edit, PathStep } from './edit'

/**
 * Applies typed edits to a draft's YAML: comments, key order, anchors and every field that no edit names stay as
 * written. The error says which edit does not fit the text.
 */
export function applyEdits(text: string, edits: readonly Edit[]): Result<string, string> {
  const parsed = parseYamlDocument(text)
  if (!parsed.ok) return err(`The YAML cannot be read at line ${parsed.error[0]?.line ?? 1}: ${parsed.error[0]?.message ?? ''}`)
  const { document } = parsed.value
  for (const edit of edits) {
    const failure = applyEdit(document, edit)
    if (failure !== undefined) return err(failure)
  }
  return ok(document.toString({ lineWidth: 0 }))
}

function applyEdit(document: Document, edit: Edit): string | undefined {
  switch (edit.kind) {
    case 'set':
      return setAt(document, edit.path, edit.value)
    case 'remove':
      return removeAt(document, edit.path)
    case 'insert': {
      const list = listAt(document, edit.path)
      if (typeof list === 'string') return list
      if (edit.index < 0 || edit.index > list.items.length) return `${formatSteps(edit.path)} has no place ${edit.index}.`
      list.items.splice(edit.index, 0, document.createNode(edit.value))
      return undefined
    }
    case 'move': {
      const list = listAt(document, edit.path)
      if (typeof list === 'string') return list
      if (edit.to < 0 || edit.to >= list.items.length) return `${formatSteps(edit.path)} has no place ${edit.to}.`
      const [item] = list.items.splice(edit.from, 1)
      if (item === undefined) return `${formatSteps(edit.path)} has no item ${edit.from}.`
      list.items.splice(edit.to, 0, item)
      return undefined
    }
    case 'replace-object':
      document.contents = document.createNode(edit.value)
      return undefined
    default:
      return assertNever(edit)
  }
}

/** Makes missing objects and lists on the way; an empty `{}` or `[]` in flow style opens up when it gets content. */
function setAt(document: Document, path: readonly PathStep[], value: Json): string | undefined {
  for (let depth = 1; depth < path.length; depth++) {
    const parent: unknown = document.getIn(path.slice(0, depth))
    if (parent !== undefined && parent !== null && !isCollection(parent)) return `${formatSteps(path.slice(0, depth))} is not an object.`
    if (parent === undefined || parent === null) document.setIn(path.slice(0, depth), document.createNode(typeof path[depth] === 'number' ? [] : {}))
    else if (parent.items.length === 0) parent.flow = false
  }
  const old: unknown = document.getIn(path, true)
  const node = document.createNode(value)
  if (isNode(old) && isNode(node)) {
    if (old.comment != null) node.comment = old.comment
    if (old.commentBefore != null) node.commentBefore = old.commentBefore
  }
  document.setIn(path, node)
  return undefined
}

/** Removes the field, and the objects that this leaves empty up to (not including) a list's item or spec. */
function removeAt(document: Document, path: readonly PathStep[]): string | undefined {
  if (!document.deleteIn(path)) return `${formatSteps(path)} is not there.`
  for (let depth = path.length - 1; depth > 1; depth--) {
    const parent: unknown = document.getIn(path.slice(0, depth))
    if (typeof path[depth - 1] === 'number' || !isMap(parent) || parent.items.length > 0) return undefined
    document.deleteIn(path.slice(0, depth))
  }
  return undefined
}

function listAt(document: Document, path: readonly PathStep[]): YAMLSeq | string {
  const found: unknown = document.getIn(path)
  if (isSeq(found)) {
    if (found.items.length === 0) found.flow = false
    return found
  }
  if (found !== undefined && found !== null) return `${formatSteps(path)} is not a list.`
  const failure = setAt(document, path, [])
  const made: unknown = document.getIn(path)
  return failure ?? (isSeq(made) ? made : `${formatSteps(path)} is not a list.`)
}

/** Steps as a person writes them: `spec.http[2].timeout`. */
export function formatSteps(steps: readonly PathStep[]): string {
  return steps.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`), '')
}
