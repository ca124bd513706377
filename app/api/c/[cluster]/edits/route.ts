import { editRequestSchema } from '@/lib/contract/edit'
import { answer, bytesResponse } from '@/lib/server/http/error-response'
import { admit, bodyOf, mutating, parsed, slugOf } from '@/lib/server/wiring'

/** POST one change or its dry-run (editRequestSchema → editReplySchema). */
export function POST(request: Request, { params }: { readonly params: Promise<{ cluster: string }> }): Promise<Response> {
  return answer(async () => {
    const backend = admit(request)
    const body = parsed(editRequestSchema, await bodyOf(request))
    if (!body.dryRun) mutating(backend, request)
    return bytesResponse(await backend.call(slugOf((await params).cluster), { method: 'edit', body }, new AbortController().signal))
  })
}
