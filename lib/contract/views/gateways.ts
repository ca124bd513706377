import * as z from 'zod/mini'
import { problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

/** View `gateways`: one row a gateway workload (lib/mesh/gateway-list), and the findings about objects that no gateway takes up. */
export const gatewaysView = defineView({
  name: 'gateways',
  params: z.object({}),
  data: z.object({
    gateways: z.array(z.object({
      namespace: z.string(),
      name: z.string(),
      note: z.nullable(z.enum(['gateway-api', 'egress'])),
      addresses: z.array(z.object({ text: z.string(), scope: z.enum(['external', 'cluster']) })),
      ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.union([z.number(), z.string()]), nodePort: z.nullable(z.number()) })),
      pods: z.object({ ready: z.number(), total: z.number(), names: z.array(z.string()) }),
      istio: z.object({ version: z.nullable(z.string()), revision: z.string() }),
      hosts: z.nullable(z.number()),
      problems: z.array(problemSchema),
      lastChange: z.nullable(z.object({ ref: resourceRefSchema, time: z.string(), manager: z.nullable(z.string()) })),
    })),
    elsewhere: z.array(problemSchema),
  }),
})
