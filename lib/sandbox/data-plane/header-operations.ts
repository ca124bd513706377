import { listOf, objectOf, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { JsonObject } from '@/lib/std/json'
import { fillFormat } from './format'
import type { Headers } from './headers'
import { append, put } from './headers'
import type { StreamInfo } from './stream-info'

/** HeaderParser::evaluateHeaders: removals first, then additions with their append action; values may hold command operators. */
export function applyHeaderOperations(headers: Headers, operations: { readonly add: unknown; readonly remove: unknown }, stream: StreamInfo, now: number): void {
  for (const name of stringsOf(operations.remove)) if (!name.startsWith(':') && name.toLowerCase() !== 'host') headers.delete(name.toLowerCase())
  for (const item of listOf(operations.add)) applyOne(headers, objectOf(item), stream, now)
}

function applyOne(headers: Headers, option: JsonObject, stream: StreamInfo, now: number): void {
  const header = objectOf(option.header)
  const written = (stringOf(header.key) ?? '').toLowerCase()
  const name = written === 'host' ? ':authority' : written
  const value = fillFormat(stringOf(header.value) ?? '', stream, now, '')
  if (name === '' || (value === '' && option.keep_empty_value !== true)) return
  const action = stringOf(option.append_action) ?? (option.append === false ? 'OVERWRITE_IF_EXISTS_OR_ADD' : 'APPEND_IF_EXISTS_OR_ADD')
  if (action === 'ADD_IF_ABSENT') {
    if (!headers.has(name)) put(headers, name, value)
  } else if (action === 'OVERWRITE_IF_EXISTS') {
    if (headers.has(name)) put(headers, name, value)
  } else if (action === 'OVERWRITE_IF_EXISTS_OR_ADD' || name.startsWith(':')) put(headers, name, value)
  else append(headers, name, value)
}
