import * as z from 'zod/mini'
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
    number: z.nullable(z.number()), owner: z.nullable(resourceRefSchema), path: z.string(), http: z.nullable(z.number()), match: z.nullable(z.number()),
    routeName: z.string(), words: z.string(), target: z.string(), catchAll: z.boolean(), deadBy: z.nullable(z.number()), to: z.array(z.object({ cluster: z.string(), weight: z.number() })),
  })),
  objects: z.array(z.object({ ref: resourceRefSchema, kindKey: z.string(), createdAt: z.nullable(z.string()), resourceVersion: z.nullable(z.string()), editable: z.boolean() })),
  problems: z.array(problemSchema),
})

/** See hostTableSchema. */
export type HostTableData = z.infer<typeof hostTableSchema>

/** View `table`: the rules of one host on one gateway, in the order in which Envoy tries them. `table` null: no such host there. */
export const tableView = defineView({
  name: 'table',
  params: z.object({ gateway: gatewayKeySchema, host: z.string().check(z.minLength(1), z.maxLength(300)), routeConfiguration: z.optional(z.string().check(z.maxLength(600))) }),
  data: z.object({ table: z.nullable(hostTableSchema) }),
})
