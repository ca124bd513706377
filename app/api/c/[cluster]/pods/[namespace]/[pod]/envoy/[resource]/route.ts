import { podSchema } from '@/lib/contract/address'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, paramsOf, parsed, slugOf } from '@/lib/server/wiring'

/** GET what a gateway pod's Envoy has (lib/contract/envoy); the resource is one of a closed list. */
export function GET(request: Request, { params }: { readonly params: Promise<{ cluster: string; namespace: string; pod: string; resource: string }> }): Promise<Response> {
  return answer(async () => {
    const { cluster, resource, ...path } = await params
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'envoy', ...parsed(podSchema, path), resource, params: paramsOf(request) }, request.signal))
  })
}
