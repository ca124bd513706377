import { applyOperations, headerOperations } from '@/lib/mesh/simulate/header-operations'
import { fillFormat } from './format'
import type { Headers } from './headers'
import type { StreamInfo } from './stream-info'

/** HeaderParser::evaluateHeaders: removals first, then additions with their append action; values may hold command operators. */
export function applyHeaderOperations(headers: Headers, operations: { readonly add: unknown; readonly remove: unknown }, stream: StreamInfo, now: number): void {
  applyOperations(headers, headerOperations(operations, (format) => fillFormat(format, stream, now, '')))
}
