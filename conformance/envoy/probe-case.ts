import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Json, JsonObject } from '@/lib/std/json'
import { projectRoot } from '../build/project-root'

const json: z.ZodType<JsonObject> = z.record(z.string(), z.json().transform((value): Json => value))

const requestSchema = z.strictObject({
  /** `METHOD authority path`; an authority of `-` sends none. */
  ask: z.string(),
  headers: z.array(z.string()).default([]),
  http2: z.boolean().default(false),
  tls: z.boolean().default(false),
  sni: z.string().optional(),
  alpn: z.array(z.string()).default([]),
  /** `good`: signed by the authority that the listener trusts; `bad`: by another one. */
  certificate: z.enum(['good', 'bad']).optional(),
  /** The source address of a PROXY protocol header sent first. */
  from: z.string().optional(),
  /** Claims of a token, signed with the key that the case's providers know. */
  jwt: json.optional(),
})

const chainSchema = z.strictObject({
  name: z.string().default('plain'),
  match: json.default({}),
  /** Terminates TLS; `client` says what it asks of the client's certificate. */
  tls: z.strictObject({ client: z.enum(['no', 'asked', 'required', 'untrusted-taken']).default('no'), alpn: z.array(z.string()).default([]) }).optional(),
  /** A tcp_proxy's fields; without it the chain speaks HTTP. */
  tcp: json.optional(),
  network_filters: z.array(json).default([]),
  routes: json.optional(),
})

const caseSchema = z.strictObject({
  rules: z.array(z.string()),
  /** Fields of the connection manager besides the usual ones. */
  manager: json.default({}),
  router: json.default({}),
  /** HTTP filters before the router. */
  filters: z.array(json).default([]),
  listener_filters: z.array(json).default([]),
  listener: json.default({}),
  chains: z.array(chainSchema).optional(),
  routes: json.default({}),
  requests: z.array(z.union([z.string(), requestSchema])),
})

/** One request of a probe. */
export interface ProbeRequest extends Omit<z.infer<typeof requestSchema>, 'ask' | 'headers'> {
  readonly method: string
  readonly authority: string
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
}

/** A listener written by hand with requests at it: conformance/envoy/cases/<name>.yaml. */
export interface ProbeCase extends Omit<z.infer<typeof caseSchema>, 'requests'> {
  readonly name: string
  readonly requests: readonly ProbeRequest[]
}

const answerSchema = z.strictObject({
  route: z.string().nullable(), cluster: z.string().nullable(), status: z.number(), flags: z.string(), details: z.string(), path: z.string(), authority: z.string(),
  location: z.string().optional(),
  /** Why a TCP connection or a handshake ended. */
  termination: z.string().optional(),
  /** The headers that came to the upstream, those left out that are the same in every request. */
  upstream: z.array(z.string()).optional(),
  /** The headers that came to the client, likewise. */
  response: z.array(z.string()).optional(),
})

/** What Envoy did with a request; null where it logged nothing (it closed the connection before). */
export type ProbeAnswer = z.infer<typeof answerSchema>

const answersSchema = z.record(z.string(), z.array(answerSchema.nullable()))

const folder = () => join(projectRoot(), 'conformance', 'envoy')

/** All probes, by name. */
export function readProbes(): ProbeCase[] {
  return readdirSync(join(folder(), 'cases')).filter((file) => file.endsWith('.yaml')).sort().map((file) => {
    const name = file.slice(0, -'.yaml'.length)
    const read = caseSchema.safeParse(parse(readFileSync(join(folder(), 'cases', file), 'utf8')))
    if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`)
    return { ...read.data, name, requests: read.data.requests.map((one) => requestOf(typeof one === 'string' ? requestSchema.parse({ ask: one }) : one)) }
  })
}

function requestOf({ ask, headers, ...rest }: z.infer<typeof requestSchema>): ProbeRequest {
  const [method = 'GET', authority = '', ...path] = ask.split(' ')
  return { ...rest, method, authority: authority === '-' ? '' : authority, path: path.join(' ') || '/', headers: headers.map((line) => {
    const colon = line.indexOf(':', 1)
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  }) }
}

/** The file of the recorded answers. */
export function answersFile(): string {
  return join(folder(), 'answers.json')
}

/** The recorded answers of all probes, in the order of their requests. */
export function readAnswers(): z.infer<typeof answersSchema> {
  return answersSchema.parse(JSON.parse(readFileSync(answersFile(), 'utf8')))
}
