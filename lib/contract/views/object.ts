import * as z from 'zod/mini'
import { gatewayKeySchema, kindKey, namespaceName, objectName, problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

const referenceSchema = z.object({ ref: resourceRefSchema, path: z.string(), exists: z.nullable(z.boolean()) })

/**
 * View `object`: what is known of one object besides its text: what it names, what names it, which hosts it serves,
 * its problems. `exists` is false for a deleted or never seen one. `total…` count all; lists hold the first 200.
 */
export const objectView = defineView({
  name: 'object',
  params: z.object({ kind: kindKey, namespace: namespaceName, name: objectName }),
  data: z.object({
    exists: z.boolean(),
    resourceVersion: z.string(),
    uses: z.array(referenceSchema),
    usedBy: z.array(referenceSchema),
    totalUsedBy: z.number(),
    hosts: z.array(z.object({ gateway: gatewayKeySchema, host: z.string(), path: z.string() })),
    totalHosts: z.number(),
    problems: z.array(problemSchema),
  }),
})
