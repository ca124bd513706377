import { hostNameSchema } from '@/lib/contract/host-addresses'
import { answer, apiHeaders } from '@/lib/server/http/error-response'
import { hostAddresses } from '@/lib/server/http/host-addresses'
import { admit, parsed } from '@/lib/server/wiring'

/** GET the addresses of a host name, by the resolver of this machine (lib/contract/host-addresses). */
export function GET(request: Request, { params }: { readonly params: Promise<{ host: string }> }): Promise<Response> {
  return answer(async () => {
    admit(request)
    return Response.json(await hostAddresses(parsed(hostNameSchema, (await params).host)), { headers: apiHeaders })
  })
}
