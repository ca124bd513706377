import { podSchema } from '@/lib/contract/address'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, paramsOf, parsed, slugOf } from '@/lib/server/wiring'

/** GET what a gateway pod's Envoy has and lacks against what is declared, and its map (lib/contract/live). */
export function GET(request: Request, { params }: { readonly params: Promise<{ cluster: string; namespace: string; pod: string }> }): Promise<Response> {
  return answer(async () => {
    const { cluster, ...path } = await params
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'live', ...parsed(podSchema, path), params: paramsOf(request) }, request.signal))
  })
}
