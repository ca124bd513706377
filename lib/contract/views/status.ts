import * as z from 'zod/mini'
import { kindStateSchema } from '../cluster'
import { defineView } from '../view'

/** View `status`: is the cluster reachable, what is synced, stale, forbidden or absent, what may be read. */
export const statusView = defineView({
  name: 'status',
  params: z.object({}),
  data: z.object({
    cluster: z.object({ slug: z.string(), context: z.string(), version: z.nullable(z.string()), environment: z.nullable(z.string()) }),
    connection: z.enum(['connecting', 'connected', 'unreachable']),
    /** When the connection was lost, epoch ms. */
    unreachableSince: z.nullable(z.number()),
    synced: z.boolean(),
    namespaces: z.object({ readable: z.number(), total: z.nullable(z.number()), names: z.array(z.string()) }),
    kinds: z.array(kindStateSchema),
    istio: z.object({ version: z.nullable(z.string()) }),
  }),
})
