import * as z from 'zod/mini'
import { callParamsSchema } from '../call/call-params'
import { explainedFactsSchema, explanationSchema } from '../explanation'
import { gatewayKeySchema } from '../names'
import { defineView } from '../view'

/** What a call comes to by the objects as they are declared; `none` while there is no URL yet. */
const answer = z.union([
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('wrong'), field: z.enum(['url', 'method', 'headers', 'sni', 'alpn', 'protocol', 'listenerPort', 'from', 'jwt']), message: z.string() }),
  z.object({ kind: z.literal('explained'), explanation: explanationSchema, facts: explainedFactsSchema, request: z.object({ method: z.string(), authority: z.string(), path: z.string(), port: z.number(), protocol: z.enum(['http1', 'http2', 'tcp']), tls: z.enum(['off', 'on', 'mutual']), sni: z.string() }) }),
])

/**
 * View `explain`: what becomes of one request at one gateway, by the declared objects. Without `gateway` it is asked of
 * the first gateway that claims the host, else of the first that is exposed. `gateways` are all, with whether they claim the host and their addresses from outside (IP or name; none: node ports only, or inside the cluster).
 */
export const explainView = defineView({
  name: 'explain',
  params: z.extend(callParamsSchema, { gateway: z.optional(gatewayKeySchema) }),
  data: z.object({
    gateways: z.array(z.object({ gateway: z.string(), claims: z.nullable(z.string()), addresses: z.array(z.string()), pods: z.array(z.string()) })),
    gateway: z.nullable(z.string()),
    answer,
  }),
})

/** Reply of GET …/pods/<ns>/<pod>/explain: the same request through what the pod's Envoy has. `readAt` is epoch ms. */
export const liveExplanationSchema = z.object({ pod: z.object({ namespace: z.string(), name: z.string() }), readAt: z.number(), explanation: explanationSchema, facts: explainedFactsSchema })
