import * as z from 'zod/mini'
import { gatewayKeySchema, labelName, problemSchema, resourceRefSchema } from '../names'
import { defineView } from '../view'

const list = <T extends z.ZodMiniType>(item: T): z.ZodMiniReadonly<z.ZodMiniArray<T>> => z.readonly(z.array(item))
const protocol = z.enum(['http', 'https', 'tls', 'grpc', 'tcp'])
const trouble = z.nullable(z.object({ errors: z.number(), warnings: z.number(), code: z.string() }))

/** zod form of mesh/graph MapEntry. */
const entrySchema = z.object({
  id: z.string(), gateway: z.string(), port: z.number(), targetPort: z.string(), nodePort: z.nullable(z.number()), name: z.string(), protocol,
  service: z.nullable(resourceRefSchema), servers: list(z.string()),
})

/** zod form of mesh/graph MapServer. */
const serverSchema = z.object({
  id: z.string(), gateway: z.string(), protocol, port: z.number(), name: z.string(), tlsMode: z.nullable(z.string()), hosts: list(z.string()),
  httpsRedirect: z.boolean(), certificate: z.nullable(z.string()), resource: resourceRefSchema, path: z.string(), hostCount: z.number(), trouble,
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
  to: list(edgeSchema), resource: z.nullable(resourceRefSchema), path: z.string(),
  dead: z.nullable(z.object({ by: z.nullable(z.number()), code: z.string() })),
  problems: list(z.omit(problemSchema, { subject: true })),
})

const hostSchema = z.object({
  id: z.string(), gateway: z.string(), name: z.string(), port: z.number(), kind: z.enum(['http', 'tcp', 'sni']), servers: list(z.string()),
  ruleCount: z.number(), owners: list(resourceRefSchema), note: z.nullable(z.enum(['redirect', 'empty'])), trouble,
  rate: z.nullable(z.number()), to: list(edgeSchema), toMore: z.number(), rules: z.nullable(list(ruleSchema)),
})

const destinationSchema = z.object({
  id: z.string(), kind: z.enum(['cluster', 'external', 'redirect', 'direct', 'missing']), label: z.string(), protocol,
  ready: z.nullable(z.number()), total: z.nullable(z.number()), resource: z.nullable(resourceRefSchema), trouble,
})

/** How many hosts any view may hold. */
export const mapHostsMost = 20_000

/** zod form of mesh/graph MapGraph. */
export const mapGraphSchema = z.object({
  gateway: z.string(), gateways: list(z.string()),
  entries: list(entrySchema), servers: list(serverSchema), hosts: list(hostSchema), destinations: list(destinationSchema),
  totals: z.object({ hosts: z.number(), matching: z.number(), more: z.number(), moreWithProblems: z.number(), servers: z.number(), rules: z.number() }),
})

/**
 * View `map`: one gateway, or `all`; without `gateway` the first one. `open` are the ids of opened hosts (`all` opens every one), `q`
 * the filter as typed (`host:` `ns:` `is:problem` and free text), `ns` the namespaces whose
 * objects count, `limit` how many hosts, `focus` a host (id or name) that is there in any case.
 */
export const mapView = defineView({
  name: 'map',
  params: z.object({
    gateway: z.optional(z.union([z.literal('all'), gatewayKeySchema])),
    open: z.optional(z.union([z.pipe(z.string().check(z.maxLength(400)), z.transform((one) => [one])), z.array(z.string().check(z.maxLength(400))).check(z.maxLength(500))])),
    q: z.optional(z.string().check(z.maxLength(400))),
    ns: z.optional(z.union([z.pipe(labelName, z.transform((one) => [one])), z.array(labelName).check(z.maxLength(200))])),
    limit: z.optional(z.string().check(z.regex(/^[1-9][0-9]{0,4}$/, 'must be a number of hosts'))),
    focus: z.optional(z.string().check(z.maxLength(400))),
  }),
  data: mapGraphSchema,
})
