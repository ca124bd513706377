import { kindKey } from '@/lib/contract/names'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, parsed, slugOf } from '@/lib/server/wiring'

/** GET the structural schema of a kind (schemaReplySchema). */
export function GET(request: Request, { params }: { readonly params: Promise<{ cluster: string; kind: string }> }): Promise<Response> {
  return answer(async () => {
    const { cluster, kind } = await params
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'schema', kind: parsed(kindKey, kind) }, request.signal))
  })
}
