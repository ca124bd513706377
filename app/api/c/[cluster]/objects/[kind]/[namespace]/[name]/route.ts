import { addressSchema } from '@/lib/contract/address'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, parsed, slugOf } from '@/lib/server/wiring'

/** GET an object whole (objectReplySchema); namespace `-` for cluster-scoped kinds. */
export function GET(request: Request, { params }: { readonly params: Promise<{ cluster: string; kind: string; namespace: string; name: string }> }): Promise<Response> {
  return answer(async () => {
    const { cluster, ...path } = await params
    const address = parsed(addressSchema, { ...path, namespace: path.namespace === '-' ? '' : path.namespace })
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'object', ...address }, request.signal))
  })
}
