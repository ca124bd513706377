import { streamId } from '@/lib/contract/address'
import { streamRequestSchema } from '@/lib/contract/stream'
import { answer } from '@/lib/server/http/error-response'
import { admit, bodyOf, parsed, sessionOf } from '@/lib/server/wiring'

interface Context {
  readonly params: Promise<{ id: string }>
}

/** GET: an EventSource of streamEventSchema messages. */
export function GET(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const body = admit(request).streams.open(parsed(streamId, (await params).id), sessionOf(request), request.signal)
    return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-cache, no-transform', 'x-accel-buffering': 'no' } })
  })
}

/** PUT: the whole list of what the stream carries from now on (streamRequestSchema). */
export function PUT(request: Request, { params }: Context): Promise<Response> {
  return answer(async () => {
    const backend = admit(request)
    const { subscriptions } = parsed(streamRequestSchema, await bodyOf(request))
    backend.streams.set(parsed(streamId, (await params).id), sessionOf(request), subscriptions)
    return new Response(null, { status: 204 })
  })
}
