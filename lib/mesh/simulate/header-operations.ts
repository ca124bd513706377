import type { JsonObject } from '@/lib/std/json'
import { addRequestHeader } from './header-map'
import { listOf, objectOf, stringOf, stringsOf } from './read'

/** What a header operation does: an addition with its append action, or a removal. */
export interface HeaderOperation {
  readonly action: 'append' | 'add-if-absent' | 'overwrite' | 'overwrite-if-exists' | 'remove'
  readonly name: string
  readonly value: string
}

/** The removals and additions of one level (HeaderParser::configure), the removals first. `fill` gives a format's text. */
export function headerOperations(operations: LevelOperations, fill: (format: string) => string): readonly HeaderOperation[] {
  return [...removals(operations.remove), ...listOf(operations.add).flatMap((item) => addition(objectOf(item), fill))]
}

/** What a level says of headers: HeaderValueOptions to add, names to remove. */
export interface LevelOperations {
  readonly add: unknown
  readonly remove: unknown
}

function removals(names: unknown): readonly HeaderOperation[] {
  return stringsOf(names).filter((name) => !name.startsWith(':') && name.toLowerCase() !== 'host').map((name): HeaderOperation => ({ action: 'remove', name: name.toLowerCase(), value: '' }))
}

function addition(option: JsonObject, fill: (format: string) => string): readonly HeaderOperation[] {
  const header = objectOf(option.header)
  const written = (stringOf(header.key) ?? '').toLowerCase()
  const name = written === 'host' ? ':authority' : written
  const value = fill(stringOf(header.value) ?? '')
  if (name === '' || (value === '' && option.keep_empty_value !== true)) return []
  const action = stringOf(option.append_action)
  if (action === 'ADD_IF_ABSENT') return [{ action: 'add-if-absent', name, value }]
  if (action === 'OVERWRITE_IF_EXISTS') return [{ action: 'overwrite-if-exists', name, value }]
  const overwrites = action === 'OVERWRITE_IF_EXISTS_OR_ADD' || (action === undefined && option.append === false) || name.startsWith(':')
  return [{ action: overwrites ? 'overwrite' : 'append', name, value }]
}

/** HeaderParser::evaluateHeaders of one level on a request, in place: removals; formats see what is left; overwrites; then additions, absent being what was absent before both. */
export function applyRequestLevel(headers: Map<string, string[]>, operations: LevelOperations, fill: (format: string) => string): void {
  applyOperations(headers, removals(operations.remove))
  applyOperations(headers, headerOperations({ add: operations.add, remove: undefined }, fill), addRequestHeader)
}

/** Applies the operations of one level to headers, in place. `append` adds a value to a header that may be there. */
export function applyOperations(headers: Map<string, string[]>, operations: readonly HeaderOperation[], append: (headers: Map<string, string[]>, name: string, value: string) => void = addResponseHeader): void {
  for (const { action, name } of operations) if (action === 'remove') headers.delete(name)
  const before = new Set(headers.keys())
  for (const { action, name, value } of operations) if (action === 'overwrite' || (action === 'overwrite-if-exists' && before.has(name))) headers.set(name, [value])
  for (const { action, name, value } of operations) {
    if (action === 'append' || (action === 'add-if-absent' && !before.has(name))) append(headers, name, value)
  }
}

/** Response headers whose values Envoy joins as they are added (inline headers). */
const joined: ReadonlySet<string> = new Set(['location', 'content-type', 'cache-control', 'etag', 'vary', 'access-control-allow-origin', 'access-control-expose-headers'])

function addResponseHeader(headers: Map<string, string[]>, name: string, value: string): void {
  const all = [...headers.get(name) ?? [], value]
  headers.set(name, joined.has(name) ? [all.join(',')] : all)
}

/** The operations of a weighted cluster, then those of route, virtual host and table in this order, or the other way round where the most specific is to win. */
export function inMutationOrder<T>([cluster, ...levels]: readonly [T, ...T[]], table: JsonObject | undefined): readonly T[] {
  return [cluster, ...(table?.most_specific_header_mutations_wins === true ? levels.reverse() : levels)]
}
