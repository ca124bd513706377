import { isAlias, isMap, isScalar, isSeq, type Document, type Pair, type Scalar, type YAMLMap } from 'yaml'
import type { Json } from '@/lib/std/json'
import { resolvePlainScalar } from './plain-scalar'

/** Why a document cannot be read, and where in its text. */
export class DocumentError extends Error {
  constructor(message: string, readonly offset: number) {
    super(message)
  }
}

/** Something that is read, but not as its writer may think. */
export interface DocumentWarning {
  readonly message: string
  readonly offset: number
}

const maxDepth = 500
const maxAliased = 1_000_000

interface Sized {
  readonly value: Json
  /** Values inside, itself included. */
  readonly size: number
}

interface Walk {
  readonly anchors: Map<string, Sized | 'open'>
  readonly warnings: DocumentWarning[]
  aliased: number
}

/**
 * A parsed YAML document as JSON, as Kubernetes reads it: scalars by YAML 1.1, the last of equal keys counts (with a
 * warning), `<<` merges, keys become text. Aliases share one value; what they stand for may be a million values.
 * @throws DocumentError for what has no JSON form, aliases without an anchor, and documents nested past 500 levels.
 */
export function yamlToJson(document: Document): { readonly value: Json; readonly warnings: readonly DocumentWarning[] } {
  const walk: Walk = { anchors: new Map(), warnings: [], aliased: 0 }
  return { value: document.contents === null ? null : convert(walk, document.contents, 0).value, warnings: walk.warnings }
}

function convert(walk: Walk, node: unknown, depth: number): Sized {
  if (isAlias(node)) return aliased(walk, node.source, node.range?.[0] ?? 0)
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return { value: null, size: 1 }
  if (depth > maxDepth) throw new DocumentError(`nested deeper than ${maxDepth} levels`, node.range?.[0] ?? 0)
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, 'open')
  const made = isScalar(node) ? { value: scalarValue(node), size: 1 } : isMap(node) ? convertMap(walk, node, depth) : convertList(walk, node.items, depth)
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, made)
  return made
}

function aliased(walk: Walk, name: string, offset: number): Sized {
  const found = walk.anchors.get(name)
  if (found === undefined) throw new DocumentError(`the alias *${name} has no anchor before it`, offset)
  if (found === 'open') throw new DocumentError(`the anchor &${name} contains itself`, offset)
  walk.aliased += found.size
  if (walk.aliased > maxAliased) throw new DocumentError(`its aliases stand for more than ${maxAliased} values`, offset)
  return found
}

function scalarValue(node: Scalar): Json {
  const text = node.source ?? String(node.value ?? '')
  if (node.tag === undefined ? node.type !== 'PLAIN' : !numeric.has(node.tag)) return text
  const value = resolvePlainScalar(text)
  if (value === undefined) throw new DocumentError(`${text} has no JSON form`, node.range?.[0] ?? 0)
  return value
}

/** Tags that only say what a plain scalar is anyway. */
const numeric: ReadonlySet<string> = new Set(['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float', 'tag:yaml.org,2002:bool', 'tag:yaml.org,2002:null'])

function convertList(walk: Walk, items: readonly unknown[], depth: number): Sized {
  const made = items.map((item) => convert(walk, item, depth + 1))
  return { value: made.map(({ value }) => value), size: made.reduce((sum, { size }) => sum + size, 1) }
}

function convertMap(walk: Walk, node: YAMLMap, depth: number): Sized {
  const own = new Map<string, Json>()
  const merged: Json[] = []
  let size = 1
  for (const pair of node.items) {
    const made = convert(walk, pair.value, depth + 1)
    size += made.size
    if (isMergeKey(pair)) {
      merged.push(...(Array.isArray(made.value) ? made.value : [made.value]))
      continue
    }
    const key = keyText(pair)
    if (own.has(key)) walk.warnings.push({ message: `key ${JSON.stringify(key)} is there twice; the last one counts`, offset: keyOffset(pair) })
    own.set(key, made.value)
  }
  for (const source of merged) {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) throw new DocumentError('<< merges maps only', node.range?.[0] ?? 0)
    for (const [key, value] of Object.entries(source)) if (value !== undefined && !own.has(key)) own.set(key, value)
  }
  return { value: Object.fromEntries(own), size }
}

function isMergeKey(pair: Pair): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.source === '<<'
}

function keyOffset(pair: Pair): number {
  return isScalar(pair.key) || isMap(pair.key) || isSeq(pair.key) || isAlias(pair.key) ? pair.key.range?.[0] ?? 0 : 0
}

function keyText(pair: Pair): string {
  if (!isScalar(pair.key)) throw new DocumentError('a key must be text', keyOffset(pair))
  const value = scalarValue(pair.key)
  if (value === null) throw new DocumentError('a key must be text, this is null', keyOffset(pair))
  return String(value)
}
