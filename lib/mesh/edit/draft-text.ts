import { Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { err, ok, type Result } from '@/lib/std/result'
import type { KubeObject } from '../resource'

/** A text that cannot become an object, and where. `line` counts from 1. */
export interface DraftIssue {
  readonly line: number
  readonly message: string
}

/** Limits of security.md for text that a person gives. */
const maxBytes = 3 * 1024 * 1024
const maxAliases = 100
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', '<<'])
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'
const serversFields: ReadonlySet<string> = new Set(['managedFields', 'uid', 'resourceVersion', 'creationTimestamp', 'generation', 'selfLink', 'deletionTimestamp', 'deletionGracePeriodSeconds'])

/**
 * What a person edits of an object: all of it but status and what only the API server sets.
 * `mergeEdited` brings the hidden parts back unchanged.
 */
export function editablePart(object: KubeObject): JsonObject {
  const { status: _status, metadata, ...rest } = object
  return { ...rest, metadata: visibleMetadata(metadata) }
}

function visibleMetadata(metadata: JsonObject): JsonObject {
  const visible: { [key: string]: Json | undefined } = {}
  for (const [key, value] of Object.entries(metadata)) {
    if (serversFields.has(key)) continue
    if (key === 'annotations' && isJsonObject(value)) {
      const { [lastApplied]: _hidden, ...annotations } = value
      if (Object.keys(annotations).length > 0) visible[key] = annotations
    } else visible[key] = value
  }
  return visible
}

/** The object as it would be stored: the edited part, with status and the server's metadata of the original untouched. */
export function mergeEdited(original: KubeObject, edited: JsonObject): JsonObject {
  const editedMetadata = isJsonObject(edited['metadata']) ? edited['metadata'] : {}
  const metadata: { [key: string]: Json | undefined } = {}
  for (const [key, value] of Object.entries(original.metadata)) {
    if (serversFields.has(key)) metadata[key] = value
  }
  for (const [key, value] of Object.entries(editedMetadata)) {
    if (!serversFields.has(key)) metadata[key] = value
  }
  const hidden = original.metadata.annotations?.[lastApplied]
  if (hidden !== undefined) {
    const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {}
    metadata['annotations'] = { ...annotations, [lastApplied]: hidden }
  }
  const { status: _status, ...rest } = edited
  const status = original['status']
  return { ...rest, metadata, ...(status === undefined ? {} : { status }) }
}

/** The YAML a person sees and edits; keys stay in the object's order. */
export function draftText(object: KubeObject): string {
  return new Document(editablePart(object), { aliasDuplicateObjects: false }).toString({ lineWidth: 0 })
}

/**
 * Reads one YAML document as an object: core schema only, aliases expanded (at most 100), no tags, no merge keys,
 * no keys that could reach a prototype, at most 3 MiB. Never throws.
 */
export function parseDraft(text: string): Result<JsonObject, readonly DraftIssue[]> {
  const parsed = parseYamlDocument(text)
  if (!parsed.ok) return parsed
  try {
    const value: unknown = parsed.value.document.toJS({ maxAliasCount: maxAliases })
    if (!isJsonObject(value)) return err([{ line: 1, message: 'An object is expected here: fields with values, not a list or a single value.' }])
    return ok(value)
  } catch (error) {
    return err([{ line: 1, message: error instanceof Error ? error.message : String(error) }])
  }
}

/** The parsed YAML document with its comments, or what is wrong with the text. Never throws. */
export function parseYamlDocument(text: string): Result<{ readonly document: Document; readonly lines: LineCounter }, readonly DraftIssue[]> {
  if (text.length > maxBytes) return err([{ line: 1, message: `The text has ${text.length} characters; the API server takes at most 3 MiB.` }])
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { schema: 'core', merge: false, uniqueKeys: true, lineCounter: lines, prettyErrors: false })
    const issues: DraftIssue[] = [...document.errors, ...document.warnings].map((error) => ({ line: lines.linePos(error.pos[0]).line, message: error.message }))
    visit(document, {
      Alias(_, alias, ancestors) {
        const target = alias.resolve(document)
        if (target && ancestors.includes(target)) issues.push({ line: lines.linePos(alias.range?.[0] ?? 0).line, message: `The alias *${alias.source} stands inside what it names.` })
      },
      Pair(_, pair) {
        const key = isScalar(pair.key) ? pair.key : undefined
        if (key && forbiddenKeys.has(String(key.value))) issues.push({ line: lines.linePos(key.range?.[0] ?? 0).line, message: `The key ${String(key.value)} is not allowed here.` })
      },
    })
    if (issues.length > 0) return err(issues)
    if (document.contents !== null && !isMap(document.contents)) return err([{ line: 1, message: 'An object is expected here: fields with values, not a list or a single value.' }])
    return ok({ document, lines })
  } catch (error) {
    const deep = error instanceof RangeError
    return err([{ line: 1, message: deep ? 'The text is nested too deeply to be read.' : error instanceof Error ? error.message : String(error) }])
  }
}
