import { isGrpc } from '@/lib/mesh/simulate/header-map'
import { stringOf } from '@/lib/mesh/simulate/read'
import { normalisePath } from '@/lib/mesh/simulate/normalise-path'
import { put, valueOf } from './headers'
import type { HttpExchange } from './http-exchange'
import { noteRoute, startPassage } from './http-filters'

/** Normalises the request's path in place; false when the request was answered instead (400, or a redirect to the clean path). */
export function normaliseRequest(exchange: HttpExchange): boolean {
  const path = valueOf(exchange.headers, ':path') ?? '/'
  const result = normalisePath(exchange.hcm, path, { rejectsFragment: exchange.context.options.rejectsFragment ?? false })
  put(exchange.headers, ':path', result.path)
  if (result.kind === 'path') return true
  // An answer this early names a route only where the client sent x-forwarded-proto, without which nothing is looked up.
  if (exchange.headers.has('x-forwarded-proto')) noteRoute(exchange, startPassage(exchange, exchange.connection.remoteIp))
  if (result.kind === 'redirect' && !isGrpc(exchange.headers)) {
    exchange.reply(307, '', { details: 'path_normalization_failed', headers: [['location', result.path]] })
    return false
  }
  exchange.context.stats.add(`http.${stringOf(exchange.hcm.stat_prefix) ?? ''}.downstream_rq_failed_path_normalization`)
  exchange.reply(400, '', { details: 'path_normalization_failed' })
  return false
}
