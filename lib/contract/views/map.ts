import * as z from 'zod'
import { gatewayKeySchema, labelName, problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

const list = <T extends z.ZodType>(item: T): z.ZodReadonly<z.ZodArray<T>> => z.array(item).readonly()
const protocol = z.enum(['http', 'https', 'tls', 'grpc', 'tcp'])
const trouble = z.object({ errors: z.number(), warnings: z.number(), code: z.string() }).nullable()

/** zod form of mesh/graph MapEntry. */
const entrySchema = z.object({
  id: z.string(), gateway: z.string(), port: z.number(), targetPort: z.string(), nodePort: z.number().nullable(), name: z.string(), protocol,
  service: resourceRefSchema.nullable(), servers: list(z.string()),
})

/** zod form of mesh/graph MapServer. */
const serverSchema = z.object({
  id: z.string(), gateway: z.string(), protocol, port: z.number(), name: z.string(), tlsMode: z.string().nullable(), hosts: list(z.string()),
  httpsRedirect: z.boolean(), certificate: z.string().nullable(), resource: resourceRefSchema, path: z.string(), hostCount: z.number(), trouble,
})

const conditionSchema = z.object({
  what: z.enum(['path', 'method', 'authority', 'scheme', 'header', 'query', 'sni', 'metadata']),
  name: z.string(),
  op: z.enum(['is', 'starts', 'under', 'ends', 'contains', 'matches', 'present', 'range']),
  value: z.string(), not: z.boolean(), anyCase: z.boolean(),
})

const edgeSchema = z.object({ to: z.string(), share: z.number(), kind: z.enum(['route', 'mirror']) })

const ruleSchema = z.object({
  number: z.number(), when: list(conditionSchema),
  marks: list(z.object({ kind: z.enum(['rewrite', 'timeout', 'retry', 'fault', 'cors', 'headers']), value: z.string() })),
  to: list(edgeSchema), resource: resourceRefSchema.nullable(), path: z.string(),
  dead: z.object({ by: z.number().nullable(), code: z.string() }).nullable(),
  problems: list(problemSchema.omit({ subject: true })),
})

const hostSchema = z.object({
  id: z.string(), gateway: z.string(), name: z.string(), port: z.number(), kind: z.enum(['http', 'tcp', 'sni']), servers: list(z.string()),
  ruleCount: z.number(), owners: list(resourceRefSchema), note: z.enum(['redirect', 'empty']).nullable(), trouble,
  rate: z.number().nullable(), to: list(edgeSchema), toMore: z.number(), rules: list(ruleSchema).nullable(),
})

const destinationSchema = z.object({
  id: z.string(), kind: z.enum(['cluster', 'external', 'redirect', 'direct', 'missing']), label: z.string(), protocol,
  ready: z.number().nullable(), total: z.number().nullable(), resource: resourceRefSchema.nullable(),
})

/** How many hosts any view may hold. */
export const mapHostsMost = 20_000

/**
 * View `map`: one gateway, or `all`; without `gateway` the first one. `open` are the ids of opened hosts (`all` opens every one), `q`
 * the filter as typed (`host:` `ns:` `is:problem` and free text), `ns` the namespaces whose
 * objects count, `limit` how many hosts, `focus` a host (id or name) that is there in any case.
 */
export const mapView = defineView({
  name: 'map',
  params: z.object({
    gateway: z.union([z.literal('all'), gatewayKeySchema]).optional(),
    open: z.union([z.string().max(400).transform((one) => [one]), z.array(z.string().max(400)).max(500)]).optional(),
    q: z.string().max(400).optional(),
    ns: z.union([labelName.transform((one) => [one]), z.array(labelName).max(200)]).optional(),
    limit: z.string().regex(/^[1-9][0-9]{0,4}$/, 'must be a number of hosts').optional(),
    focus: z.string().max(400).optional(),
  }),
  data: z.object({
    gateway: z.string(), gateways: list(z.string()),
    entries: list(entrySchema), servers: list(serverSchema), hosts: list(hostSchema), destinations: list(destinationSchema),
    totals: z.object({ hosts: z.number(), matching: z.number(), more: z.number(), moreWithProblems: z.number(), servers: z.number(), rules: z.number() }),
  }),
})
