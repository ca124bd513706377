import * as z from 'zod/mini'
import { gatewayKeySchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

/** View `search`: what the command palette finds for a text, best first, at most 40; `total` counts all. */
export const searchView = defineView({
  name: 'search',
  params: z.object({ q: z.string().check(z.maxLength(200)) }),
  data: z.object({
    total: z.number(),
    results: z.array(z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('gateway'), namespace: z.string(), name: z.string() }),
      z.object({ kind: z.literal('host'), host: z.string(), gateway: gatewayKeySchema }),
      z.object({ kind: z.literal('object'), ref: resourceRefSchema }),
    ])),
  }),
})
