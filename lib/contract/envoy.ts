import * as z from 'zod/mini'

const json = z.record(z.string(), z.json())

/** What is read of a gateway pod's Envoy, by name: the closed list of GET …/envoy/<resource>. `dump` is the whole, redacted. */
export const envoyResources = ['server-info', 'listeners', 'routes', 'clusters', 'certs', 'stats', 'dump', 'digest'] as const

/** See envoyResources. */
export type EnvoyResource = (typeof envoyResources)[number]

/** Name of a resource in a path. */
export const envoyResourceSchema = z.enum(envoyResources)

/** One resource of a discovery service as Envoy holds it: `config` in Envoy's own JSON, secrets masked as `[redacted]`. */
const discovered = z.object({ name: z.string(), version: z.nullable(z.string()), updated: z.nullable(z.string()), state: z.enum(['active', 'warming', 'draining', 'static', 'error']), error: z.nullable(z.string()), config: z.nullable(json) })

/** One endpoint of a cluster with its health as Envoy sees it. `flags` are Envoy's own words for why it is not healthy. */
const endpoint = z.object({
  address: z.string(), port: z.nullable(z.number()), healthy: z.boolean(), health: z.string(), flags: z.array(z.string()), weight: z.number(), priority: z.number(), zone: z.string(),
  active: z.number(), requests: z.number(), errors: z.number(),
})

/** A certificate that Envoy has loaded; days may be negative. */
const certificate = z.object({ path: z.string(), serial: z.string(), subjectAltNames: z.array(z.string()), validFrom: z.string(), expires: z.string(), daysLeft: z.number() })

/**
 * The data of each resource. `stats` are the used ones of listeners, clusters' upstream requests, listener manager,
 * cluster manager, server and TLS: what the screens show, no more.
 */
export const envoyDataSchemas = {
  'server-info': z.object({
    version: z.string(), state: z.string(), uptimeSeconds: z.number(), concurrency: z.nullable(z.number()), node: z.object({ id: z.string(), istioVersion: z.nullable(z.string()), cluster: z.string() }),
    memory: z.nullable(z.object({ allocated: z.number(), heap: z.number() })),
  }),
  listeners: z.object({ listeners: z.array(discovered) }),
  routes: z.object({ routeConfigurations: z.array(discovered) }),
  clusters: z.object({ clusters: z.array(z.extend(discovered, { endpoints: z.array(endpoint) })) }),
  certs: z.object({ chains: z.array(z.object({ ca: z.array(certificate), chain: z.array(certificate) })) }),
  stats: z.object({ stats: z.array(z.object({ name: z.string(), value: z.number() })) }),
  dump: z.object({ dump: json }),
  /** What the pod was given, without its content: each resource's hash tells whether two pods have the same. */
  digest: z.object({ resources: z.array(z.object({ kind: z.enum(['listener', 'route-configuration', 'cluster']), name: z.string(), hash: z.string(), updated: z.nullable(z.string()), error: z.nullable(z.string()) })) }),
} as const

/** Head of every reply about an Envoy: which pod, when it was read (epoch ms; one reading serves all who ask within seconds), what it cost. */
const reading = { pod: z.object({ namespace: z.string(), name: z.string() }), readAt: z.number(), bytes: z.number(), millis: z.number() } as const

/** Reply of GET …/envoy/<resource>: `envoyReplySchemas.clusters.parse(reply)`. */
export const envoyReplySchemas = {
  'server-info': z.object({ ...reading, data: envoyDataSchemas['server-info'] }),
  listeners: z.object({ ...reading, data: envoyDataSchemas.listeners }),
  routes: z.object({ ...reading, data: envoyDataSchemas.routes }),
  clusters: z.object({ ...reading, data: envoyDataSchemas.clusters }),
  certs: z.object({ ...reading, data: envoyDataSchemas.certs }),
  stats: z.object({ ...reading, data: envoyDataSchemas.stats }),
  dump: z.object({ ...reading, data: envoyDataSchemas.dump }),
  digest: z.object({ ...reading, data: envoyDataSchemas.digest }),
} as const

/** Log levels of an Envoy's loggers. `raisedUntil` is when those that Meridian changed are put back, epoch ms; `before` what they were. */
export const loggingReplySchema = z.object({
  loggers: z.array(z.object({ name: z.string(), level: z.string(), before: z.nullable(z.string()) })),
  raisedUntil: z.nullable(z.number()),
})

/** See loggingReplySchema. */
export type LoggingReply = z.infer<typeof loggingReplySchema>

/** Levels that a logger can have. */
export const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const

/** Body of POST logging: levels by logger (`*` for all), or put all back. They go back after 10 minutes, at exit, or at the next start. */
export const loggingRequestSchema = z.union([
  z.object({ levels: z.record(z.string().check(z.regex(/^(\*|[a-z0-9_]{1,64})$/, 'must be a logger')), z.enum(logLevels)) }),
  z.object({ restore: z.literal(true) }),
])

/** See loggingRequestSchema. */
export type LoggingRequest = z.infer<typeof loggingRequestSchema>
