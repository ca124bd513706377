import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { JudgeAnswer } from '../judge'

/** A generated mesh and what Pilot made of it. */
export interface JudgedCase {
  readonly objects: readonly JsonObject[]
  readonly answer: JudgeAnswer
  /** The engine was given the objects in the other order. */
  readonly reversed: boolean
}

/** Whether a case exercised a rule. */
export type Detector = readonly [rule: string, exercised: (evidence: Evidence) => boolean]

/** What detectors look at. Parts of objects are found by the name of a field, at any depth. */
export interface Evidence {
  /** Specs of the objects of a kind of Istio's, or of any kind whose name is used once. */
  specs(kind: string): readonly JsonObject[]
  /** The objects of a kind. */
  objects(kind: string): readonly JsonObject[]
  /** Whether Pilot's answer holds a text, as JSON. */
  says(text: string): boolean
  readonly routes: readonly JsonObject[]
  readonly virtualHosts: readonly JsonObject[]
  readonly listeners: readonly JsonObject[]
  readonly chains: readonly JsonObject[]
  readonly clusters: readonly JsonObject[]
  readonly routeNames: readonly string[]
  /** Filters of all chains, HTTP filters not among them. */
  readonly networkFilters: readonly JsonObject[]
  readonly httpFilters: readonly JsonObject[]
  /** Istio's validator refuses one of the objects. */
  readonly refused: boolean
  readonly reversed: boolean
}

/** Reads what detectors need, each part when it is first asked for. */
export function createEvidence({ objects, answer, reversed }: JudgedCase): Evidence {
  const plain = (list: readonly unknown[]): readonly JsonObject[] => list.filter(isJsonObject)
  const [listeners, configurations, clusters] = [plain(answer.listeners), plain(answer.routes), plain(answer.clusters)]
  const virtualHosts = configurations.flatMap((configuration) => objectsIn(configuration['virtual_hosts']))
  const chains = listeners.flatMap((listener) => objectsIn(listener['filter_chains']))
  const networkFilters = chains.flatMap((chain) => objectsIn(chain['filters']))
  let text: string | undefined
  const ofKind = (kind: string): readonly JsonObject[] => objects.filter((object) => object['kind'] === kind)
  return {
    objects: ofKind,
    specs: (kind) => ofKind(kind).flatMap((object) => (isJsonObject(object['spec']) ? [object['spec']] : [])),
    says: (part) => (text ??= JSON.stringify([answer.listeners, answer.routes, answer.clusters])).includes(part),
    listeners,
    clusters,
    virtualHosts,
    routes: virtualHosts.flatMap((host) => objectsIn(host['routes'])),
    chains,
    routeNames: configurations.map((configuration) => String(configuration['name'])),
    networkFilters,
    httpFilters: networkFilters.flatMap((filter) => objectsIn(part(filter, 'typed_config')['http_filters'])),
    refused: answer.validation.some(({ error }) => error !== undefined),
    reversed,
  }
}

/** The objects of a list; none for anything else. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}

/** The texts of a list; none for anything else. */
export function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
}

/** Every value under a field of this name, at any depth. */
export function fields(value: Json | undefined, name: string): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((entry: Json) => fields(entry, name))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, part]) => [...(key === name && part !== undefined ? [part] : []), ...fields(part, name)])
}

/** The object under a field; an empty one where there is none. */
export function part(value: JsonObject | undefined, name: string): JsonObject {
  const found = value?.[name]
  return isJsonObject(found) ? found : {}
}

/** Whether any of the values is a text that holds another. */
export function someText(values: readonly Json[], test: (text: string) => boolean): boolean {
  return values.flatMap((value) => (Array.isArray(value) ? value : [value])).some((value) => typeof value === 'string' && test(value))
}
