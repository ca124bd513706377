import { parseDocument, stringify } from 'yaml'

/** A piece of a YAML line and how it is painted. */
export interface YamlToken {
  readonly kind: 'key' | 'value' | 'mark' | 'comment'
  readonly text: string
}

/** An object as YAML lines, and where a field path's value lies among them (1-based, inclusive). */
export interface YamlText {
  readonly text: string
  readonly lines: readonly (readonly YamlToken[])[]
  readonly rangeOf: (path: string) => { readonly first: number; readonly last: number } | undefined
}

/** Writes an object as YAML: the API server's order of keys, no folding, managed fields last if `managed`, else left out. */
export function yamlText(object: Readonly<Record<string, unknown>>, managed: boolean): YamlText {
  const text = stringify(managed ? object : withoutManagedFields(object), { lineWidth: 0, indentSeq: false })
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  return { text, lines: tokenLines(lines), rangeOf: (path) => rangeOf(text, path) }
}

function withoutManagedFields(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const metadata = object['metadata']
  if (typeof metadata !== 'object' || metadata === null) return object
  return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'managedFields')) }
}

function tokenLines(lines: readonly string[]): readonly (readonly YamlToken[])[] {
  let blockIndent = -1
  return lines.map((line) => {
    const indent = line.length - line.trimStart().length
    if (blockIndent >= 0 && (line.trim() === '' || indent > blockIndent)) return [{ kind: 'value', text: line }]
    blockIndent = -1
    const tokens = tokensOf(line)
    const last = tokens.at(-1)?.text.trimStart() ?? ''
    if (/^[|>][-+0-9]*$/.test(last)) blockIndent = indent
    return tokens
  })
}

/** One line of the plain style that `stringify` writes: indent, dashes, an optional key, a value. */
function tokensOf(line: string): readonly YamlToken[] {
  const head = /^(\s*(?:- )*-?)(\s*)/.exec(line)
  const lead = `${head?.[1] ?? ''}${head?.[2] ?? ''}`
  const rest = line.slice(lead.length)
  const key = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#:[\]{}][^:#]*?)(:)(?=\s|$)/.exec(rest)
  const tokens: YamlToken[] = lead === '' ? [] : [{ kind: 'mark', text: lead }]
  if (rest.startsWith('#')) return [...tokens, { kind: 'comment', text: rest }]
  if (!key) return [...tokens, { kind: 'value', text: rest }]
  const [whole, name = ''] = key
  return [...tokens, { kind: 'key', text: name }, { kind: 'mark', text: ':' }, ...(rest.length > whole.length ? [{ kind: 'value' as const, text: rest.slice(whole.length) }] : [])]
}

/** The steps of `spec.http[2].match[0]`. */
export function fieldSteps(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|([^.[\]]+)/g)].map(([, index, quoted, name]) => (index === undefined ? (quoted ?? name ?? '') : Number(index)))
}

function rangeOf(text: string, path: string): { readonly first: number; readonly last: number } | undefined {
  const steps = fieldSteps(path)
  if (steps.length === 0) return undefined
  const document = parseDocument(text)
  for (let length = steps.length; length > 0; length--) {
    const node = document.getIn(steps.slice(0, length), true)
    const range = nodeRange(node)
    if (range) return { first: lineAt(text, range[0]), last: lineAt(text, Math.max(range[0], range[1] - 1)) }
  }
  return undefined
}

function nodeRange(node: unknown): readonly [number, number] | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined
  const [start, end]: readonly unknown[] = node.range
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : undefined
}

function lineAt(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index >= 0 && index < offset; index = text.indexOf('\n', index + 1)) line++
  return line
}
