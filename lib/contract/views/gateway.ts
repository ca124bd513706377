import * as z from 'zod/mini'
import { labelName, objectName } from '../names'
import { defineView } from '../view'

/** View `gateway`: the pods of one gateway workload, by name; null where there is no such workload. `since` is RFC 3339. */
export const gatewayView = defineView({
  name: 'gateway',
  params: z.object({ namespace: labelName, name: objectName }),
  data: z.object({ pods: z.nullable(z.array(z.object({ name: z.string(), ready: z.boolean(), phase: z.string(), since: z.nullable(z.string()) }))) }),
})
