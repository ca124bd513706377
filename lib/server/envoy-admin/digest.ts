import { createHash } from 'node:crypto'
import type * as z from 'zod/mini'
import type { envoyDataSchemas } from '@/lib/contract/envoy'
import type { Json } from '@/lib/std/json'
import type { JsonObject } from '@/lib/std/json'
import { clusters, listeners, routes } from './shape'

type Digest = z.output<typeof envoyDataSchemas.digest>
type Kind = Digest['resources'][number]['kind']

interface Discovered {
  readonly name: string
  readonly state: string
  readonly updated: string | null
  readonly error: string | null
  readonly config: unknown
}

const nothing: JsonObject = {}

/** What a pod was given by its control plane, each resource by a hash of its content: the same on two pods that have the same. */
export function digest(listenerDump: JsonObject, routeDump: JsonObject, clusterDump: JsonObject): Digest {
  const of = (kind: Kind, all: readonly Discovered[]): Digest['resources'] => all.filter(({ state }) => state !== 'static').map(({ name, updated, error, config }) => ({ kind, name, hash: hashOf(config), updated, error }))
  return {
    resources: [
      ...of('listener', listeners(listenerDump, nothing).listeners), ...of('route-configuration', routes(routeDump, nothing).routeConfigurations),
      ...of('cluster', clusters(clusterDump, nothing, nothing).clusters),
    ],
  }
}

/** SHA-256 over the content with its keys in one order: Envoy writes maps in the order of its memory. */
function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value, inOrder)).digest('base64url').slice(0, 16)
}

function inOrder(_key: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
