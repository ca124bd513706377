import { answer, apiHeaders } from '@/lib/server/http/error-response'
import { admit } from '@/lib/server/wiring'

/** GET /api/clusters: the contexts of the kubeconfig. */
export function GET(request: Request): Promise<Response> {
  return answer(() => Response.json(admit(request).clusters(), { headers: apiHeaders }))
}
