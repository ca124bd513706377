import * as z from 'zod/mini'
import { resourceRefSchema } from './names'

const coded = z.object({ code: z.string(), params: z.record(z.string(), z.string()) })

/** zod form of mesh/simulate Explanation: what Envoy would do with a request, and the whole trace. */
export const explanationSchema = z.object({
  outcome: z.object({
    kind: z.enum(['no-listener', 'no-filter-chain', 'multiple-filter-chains', 'tls-error', 'protocol-error', 'denied', 'no-virtual-host', 'no-route', 'tls-redirect', 'redirect', 'direct-response', 'routed', 'tcp', 'aborted-by-fault']),
    location: z.optional(z.string()),
  }),
  response: z.object({ status: z.nullable(z.number()), flags: z.string(), details: z.string() }),
  certainty: z.union([z.object({ kind: z.literal('exact') }), z.object({ kind: z.literal('conditional'), on: z.array(z.string()) })]),
  listener: z.nullable(z.string()), filterChain: z.nullable(z.string()), routeConfiguration: z.nullable(z.string()), virtualHost: z.nullable(z.string()), route: z.nullable(z.string()),
  clusters: z.array(z.object({ name: z.string(), weight: z.number(), state: z.enum(['ok', 'missing', 'no-endpoints', 'unknown']) })),
  rewritten: z.object({ authority: z.string(), path: z.string() }),
  resource: z.nullable(resourceRefSchema),
  path: z.nullable(z.string()),
  trace: z.array(z.object({
    step: z.enum(['listener', 'filter-chain', 'http-filter', 'virtual-host', 'route', 'cluster']), winner: z.nullable(z.string()),
    losers: z.array(z.object({ name: z.string(), reason: coded })), notes: z.array(coded),
  })),
})

/** zod form of mesh/live ExplainedFacts: what stands in the configuration beside the explanation. */
export const explainedFactsSchema = z.object({
  hops: z.array(z.object({
    cluster: z.string(), tls: z.nullable(z.enum(['SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL', 'auto'])), protocol: z.enum(['HTTP/1.1', 'HTTP/2', 'as the client', 'TCP']),
    endpoints: z.nullable(z.object({ ready: z.number(), total: z.number() })),
  })),
  tried: z.array(z.object({ number: z.number(), method: z.string(), match: z.string() })),
  chain: z.nullable(z.object({ names: z.array(z.string()), tls: z.nullable(z.enum(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL'])) })),
})

/** See explainedFactsSchema. */
export type ExplainedFactsData = z.infer<typeof explainedFactsSchema>

/** See explanationSchema. */
export type ExplanationData = z.infer<typeof explanationSchema>
