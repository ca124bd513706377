import * as z from 'zod'
import { gatewayKeySchema, problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

/** zod form of mesh/table HostTable. */
export const hostTableSchema = z.object({
  gateway: z.string(),
  host: z.string(),
  routeConfiguration: z.string(),
  virtualHost: z.string(),
  requireTls: z.boolean(),
  alternatives: z.array(z.object({ routeConfiguration: z.string(), rules: z.number() })),
  rules: z.array(z.object({
    number: z.number(), owner: resourceRefSchema.nullable(), path: z.string(), http: z.number().nullable(), match: z.number().nullable(),
    routeName: z.string(), catchAll: z.boolean(), deadBy: z.number().nullable(), to: z.array(z.object({ cluster: z.string(), weight: z.number() })),
  })),
  objects: z.array(z.object({ ref: resourceRefSchema, kindKey: z.string(), createdAt: z.string().nullable(), resourceVersion: z.string().nullable(), editable: z.boolean() })),
  problems: z.array(problemSchema),
})

/** See hostTableSchema. */
export type HostTableData = z.infer<typeof hostTableSchema>

/** View `table`: the rules of one host on one gateway, in the order in which Envoy tries them. `table` null: no such host there. */
export const tableView = defineView({
  name: 'table',
  params: z.object({ gateway: gatewayKeySchema, host: z.string().min(1).max(300), routeConfiguration: z.string().max(600).optional() }),
  data: z.object({ table: hostTableSchema.nullable() }),
})
