import { previewRequestSchema } from '@/lib/contract/preview'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, bodyOf, parsed, slugOf } from '@/lib/server/wiring'

/** POST drafts: what the mesh would be with them (previewRequestSchema → previewReplySchema). Nothing is sent to the cluster. */
export function POST(request: Request, { params }: { readonly params: Promise<{ cluster: string }> }): Promise<Response> {
  return answer(async () => {
    const backend = admit(request)
    const body = parsed(previewRequestSchema, await bodyOf(request))
    return bytesResponse(await backend.call(slugOf((await params).cluster), { method: 'preview', body }, request.signal))
  })
}
