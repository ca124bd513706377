import { parseAllDocuments, type Document } from 'yaml'
import type { Json } from '@/lib/std/json'
import { findDeepNesting } from './nesting'
import { lineAt, lineIndex, splitDocuments, type DocumentText } from './split-documents'
import { splitJson } from './split-json'
import { DocumentError, yamlToJson } from './yaml-to-json'

/** Something said of a place in a file: why a document cannot be read, or what its writer may not expect. */
export interface Remark {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly message: string
}

/** A document as JSON. */
export interface ReadDocument {
  readonly value: Json
  readonly line: number
  /** The line of a field (keys and list indices from the document's root), or of the nearest thing around it. */
  lineOf(path: readonly (string | number)[]): number
}

/** What a file holds: documents in their order, the unreadable ones and the doubtful places apart. */
export interface FileContents {
  readonly documents: readonly ReadDocument[]
  readonly unreadable: readonly Remark[]
  readonly warnings: readonly Remark[]
}

const maxDepth = 500
/** What YAML forbids in a text (go-yaml's reader). */
const controlCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/
const reader = { schema: 'failsafe', merge: false, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const

/** Reads the YAML or JSON documents of a file's text. A document that is broken costs only itself; empty ones are left out. Never throws. */
export function readDocuments(text: string, file: string): FileContents {
  const json = looksLikeJson(text) ? readJson(text, file) : undefined
  if (json !== undefined && (json.unreadable.length === 0 || file.endsWith('.json'))) return json
  const documents: ReadDocument[] = []
  const unreadable: Remark[] = []
  const warnings: Remark[] = []
  for (const source of splitDocuments(text)) {
    let lines: ((offset: number) => number) | undefined
    const remark = (offset: number, message: string): Remark => ({ file, line: (lines ??= lineIndex(source))(offset), message })
    try {
      const control = source.text.search(controlCharacters)
      if (control >= 0) throw new DocumentError('it holds a control character', control)
      const deep = findDeepNesting(source.text)
      if (deep >= 0) throw new DocumentError(`nested deeper than ${maxDepth} levels`, deep)
      for (const parsed of parseAllDocuments(source.text, reader)) {
        const error = parsed.errors[0]
        if (error !== undefined) throw new DocumentError(tooDeep(error) ? `nested deeper than ${maxDepth} levels` : firstLine(error.message), error.pos[0])
        const made = yamlToJson(parsed)
        warnings.push(...made.warnings.map(({ offset, message }) => remark(offset, message)))
        if (made.value !== null) documents.push(locate(made.value, source, firstOffset(parsed.contents)))
      }
    } catch (error) {
      unreadable.push(error instanceof DocumentError ? remark(error.offset, error.message) : remark(0, tooDeep(error) ? `nested deeper than ${maxDepth} levels` : String(error)))
    }
  }
  return { documents, unreadable, warnings }
}

function looksLikeJson(text: string): boolean {
  const start = text.trimStart()
  return start.startsWith('{') || start.startsWith('[')
}

function readJson(text: string, file: string): FileContents {
  const documents: ReadDocument[] = []
  const unreadable: Remark[] = []
  for (const source of splitJson(text)) {
    try {
      if (source.depth > maxDepth) throw new DocumentError(`nested deeper than ${maxDepth} levels`, 0)
      const value: Json = JSON.parse(source.text)
      if (value !== null) documents.push(locate(value, source, 0))
    } catch (error) {
      const { message, offset } = error instanceof DocumentError ? error : jsonError(error instanceof Error ? error.message : String(error), source.text)
      unreadable.push({ file, line: lineAt(source.text, offset, source.line), message })
    }
  }
  return { documents, unreadable, warnings: [] }
}

/** Where JSON is wrong: V8 says `… at position 12`, or cites a piece of the text around what is no token. */
function jsonError(message: string, text: string): { readonly message: string; readonly offset: number } {
  const [said = message, position] = firstLine(message).split(/ in JSON at position (\d+)|, (?:\.\.\.)?"/)
  if (position !== undefined) return { message: said, offset: Math.min(Number(position), text.trimEnd().length) }
  return { message: said, offset: message.includes('end of JSON input') ? text.trimEnd().length : firstNoToken(text) }
}

function firstNoToken(text: string): number {
  const token = /\s+|[{}[\],:]|"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null/y
  let end = 0
  while (token.test(text)) end = token.lastIndex
  return end
}

/** A parser that goes down with each bracket ends at the end of its stack. */
function tooDeep(error: unknown): boolean {
  return error instanceof Error && error.message.includes('call stack')
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}

function firstOffset(contents: unknown): number {
  return typeof contents === 'object' && contents !== null && 'range' in contents && Array.isArray(contents.range) && typeof contents.range[0] === 'number' ? contents.range[0] : 0
}

/** Places are looked up in the text again when they are asked for: syntax trees of many documents would not fit into memory. */
function locate(value: Json, source: DocumentText, offset: number): ReadDocument {
  let found: { readonly line: (offset: number) => number; readonly document: Document | undefined } | undefined
  return {
    value,
    line: lineAt(source.text, offset, source.line),
    lineOf(path) {
      found ??= { line: lineIndex(source), document: parseAllDocuments(source.text, reader)[0] }
      for (let length = path.length; length > 0; length -= 1) {
        const node = found.document?.getIn(path.slice(0, length), true)
        if (node !== undefined) return found.line(firstOffset(node))
      }
      return found.line(offset)
    },
  }
}
