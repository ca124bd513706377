import * as z from 'zod'
import { kindStateSchema } from '../cluster'
import { defineView } from '../view'

/** View `status`: is the cluster reachable, what is synced, stale, forbidden or absent, what may be read. */
export const statusView = defineView({
  name: 'status',
  params: z.object({}),
  data: z.object({
    cluster: z.object({ slug: z.string(), context: z.string(), version: z.string().nullable(), environment: z.string().nullable() }),
    connection: z.enum(['connecting', 'connected', 'unreachable']),
    /** When the connection was lost, epoch ms. */
    unreachableSince: z.number().nullable(),
    synced: z.boolean(),
    namespaces: z.object({ readable: z.number(), total: z.number().nullable(), names: z.array(z.string()) }),
    kinds: z.array(kindStateSchema),
    istio: z.object({ version: z.string().nullable() }),
  }),
})
