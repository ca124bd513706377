import * as z from 'zod'
import { problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

/** View `gateways`: one row a gateway workload (lib/mesh/gateway-list). */
export const gatewaysView = defineView({
  name: 'gateways',
  params: z.object({}),
  data: z.object({
    gateways: z.array(z.object({
      namespace: z.string(),
      name: z.string(),
      note: z.enum(['gateway-api', 'egress']).nullable(),
      addresses: z.array(z.object({ text: z.string(), scope: z.enum(['external', 'cluster']) })),
      ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.union([z.number(), z.string()]), nodePort: z.number().nullable() })),
      pods: z.object({ ready: z.number(), total: z.number() }),
      istio: z.object({ version: z.string().nullable(), revision: z.string() }),
      hosts: z.number().nullable(),
      problems: z.array(problemSchema),
      lastChange: z.object({ ref: resourceRefSchema, time: z.string(), manager: z.string().nullable() }).nullable(),
    })),
  }),
})
