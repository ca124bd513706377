import { isMap, isNode, isSeq } from 'yaml'
import { err, ok, type Result } from '@/lib/std/result'
import { parseYamlDocument, type DraftIssue } from './draft-text'
import type { PathStep } from './edit'

/** The lines that one item takes in a draft's YAML. `first` counts from 1; `last` is its last line with content. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/** Where the value at `path` stands in the text; undefined when the text cannot be read or has no such value. */
export function linesOf(text: string, path: readonly PathStep[]): LineRange | undefined {
  const parsed = parseYamlDocument(text)
  if (!parsed.ok) return undefined
  const { document, lines } = parsed.value
  const node: unknown = document.getIn(path, true)
  if (!isNode(node) || !node.range) return undefined
  return { first: lines.linePos(node.range[0]).line, last: lines.linePos(Math.max(node.range[0], node.range[1] - 1)).line }
}

/** The YAML of one list item alone, its comments with it. */
export function itemText(text: string, list: readonly PathStep[], index: number): Result<string, readonly DraftIssue[]> {
  const parsed = parseYamlDocument(text)
  if (!parsed.ok) return parsed
  const { document } = parsed.value
  const node: unknown = document.getIn([...list, index], true)
  if (!isNode(node)) return err([{ line: 1, message: 'There is no such item.' }])
  const copy = document.clone()
  copy.contents = node
  copy.commentBefore = null
  copy.comment = null
  return ok(copy.toString({ lineWidth: 0 }))
}

/** The draft with one list item replaced by what its own YAML says; everything else stays as written. */
export function replaceItem(text: string, at: { readonly list: readonly PathStep[]; readonly index: number }, item: string): Result<string, readonly DraftIssue[]> {
  const parsed = parseYamlDocument(text)
  if (!parsed.ok) return parsed
  const replacement = parseYamlDocument(item)
  if (!replacement.ok) return replacement
  const { document } = parsed.value
  const list: unknown = document.getIn(at.list)
  const contents: unknown = replacement.value.document.contents
  if (!isSeq(list) || at.index < 0 || at.index >= list.items.length) return err([{ line: 1, message: 'There is no such item.' }])
  if (!isMap(contents)) return err([{ line: 1, message: 'A rule is an object: fields with values.' }])
  const before = replacement.value.document.commentBefore
  if (before !== null && contents.commentBefore == null) contents.commentBefore = before
  list.items[at.index] = contents
  return ok(document.toString({ lineWidth: 0 }))
}
