import type { JsonObject } from '@/lib/std/json'
import { listOf, objectOf, stringOf, stringsOf } from './read'

/** What a header operation does: an addition with its append action, or a removal. */
export interface HeaderOperation {
  readonly action: 'append' | 'add-if-absent' | 'overwrite' | 'overwrite-if-exists' | 'remove'
  readonly name: string
  readonly value: string
}

/** The removals and additions of one level (HeaderParser::configure), the removals first. `fill` gives a format's text. */
export function headerOperations(operations: { readonly add: unknown; readonly remove: unknown }, fill: (format: string) => string): readonly HeaderOperation[] {
  const removed = stringsOf(operations.remove).filter((name) => !name.startsWith(':') && name.toLowerCase() !== 'host').map((name): HeaderOperation => ({ action: 'remove', name: name.toLowerCase(), value: '' }))
  return [...removed, ...listOf(operations.add).flatMap((item) => addition(objectOf(item), fill))]
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

/** Applies operations to headers, in place. */
export function applyOperations(headers: Map<string, string[]>, operations: readonly HeaderOperation[]): void {
  for (const { action, name, value } of operations) {
    const known = headers.get(name)
    if (action === 'remove') headers.delete(name)
    else if (action === 'append' && known !== undefined) known.push(value)
    else if (action === 'add-if-absent' ? known === undefined : action !== 'overwrite-if-exists' || known !== undefined) headers.set(name, [value])
  }
}

/** The operations of a weighted cluster, then those of route, virtual host and table in this order, or the other way round where the most specific is to win. */
export function inMutationOrder<T>([cluster, ...levels]: readonly [T, ...T[]], table: JsonObject | undefined): readonly T[] {
  return [cluster, ...(table?.most_specific_header_mutations_wins === true ? levels.reverse() : levels)]
}
