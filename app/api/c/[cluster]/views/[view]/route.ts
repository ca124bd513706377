import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, paramsOf, slugOf } from '@/lib/server/wiring'

/** GET /api/c/<cluster>/views/<view>: the view's data at a revision (viewReplySchema). */
export function GET(request: Request, { params }: { readonly params: Promise<{ cluster: string; view: string }> }): Promise<Response> {
  return answer(async () => {
    const { cluster, view } = await params
    return bytesResponse(await admit(request).call(slugOf(cluster), { method: 'view', view, params: paramsOf(request) }, request.signal))
  })
}
