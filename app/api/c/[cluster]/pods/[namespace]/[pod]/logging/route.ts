import { podSchema } from '@/lib/contract/address'
import { loggingRequestSchema } from '@/lib/contract/envoy'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, bodyOf, mutating, parsed, slugOf } from '@/lib/server/wiring'

interface Context {
  readonly params: Promise<{ cluster: string; namespace: string; pod: string }>
}

/** GET the log levels of a gateway pod's Envoy (loggingReplySchema). */
export function GET(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const { cluster, ...path } = await params
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'logging', ...parsed(podSchema, path), body: null }, request.signal))
  })
}

/** POST levels for a while (loggingRequestSchema → loggingReplySchema). */
export function POST(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const { cluster, ...path } = await params
    const backend = admit(request)
    mutating(backend, request)
    const body = parsed(loggingRequestSchema, await bodyOf(request))
    return bytesResponse(await backend.call(slugOf(cluster), { method: 'logging', ...parsed(podSchema, path), body }, request.signal))
  })
}
