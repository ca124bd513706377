import { kindOf, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { snapshotOf, type Snapshot } from '@/lib/mesh/snapshot'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import type { Compiled, CompileOptions } from '@/lib/mesh/translate/compiled'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { Configuration } from './compare'
import { plainFeatures, type JudgeFeatures } from './judge'

/** lib/mesh's compile function. */
export type Compile = (snapshot: Snapshot, gateway: GatewayWorkload, options: CompileOptions) => Compiled

/** What Meridian's engine makes of objects, in the form of Pilot's answer. */
export function meridianConfiguration(compile: Compile, objects: readonly JsonObject[], options: { readonly namespace: string; readonly labels: Readonly<Record<string, string>>; readonly features: JudgeFeatures; readonly env?: Readonly<Record<string, string>> }): Configuration {
  const compiled = compile(
    snapshotOf(objects.flatMap(entryOf)),
    { namespace: options.namespace, name: 'gateway', labels: options.labels },
    { features: { ...(options.features === 'plain' ? plainFeatures : {}), ...options.env } },
  )
  const plain = (value: unknown): unknown[] => JSON.parse(JSON.stringify(value))
  return { listeners: plain(compiled.listeners), routes: plain(compiled.routeConfigurations), clusters: plain(compiled.clusters()) }
}

/** An object under its kind's key; kinds that Meridian does not read are left out, as a cluster session leaves them out. */
export function entryOf(object: JsonObject): [KindKey, KubeObject][] {
  const { apiVersion, kind, metadata } = object
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isJsonObject(metadata) || typeof metadata['name'] !== 'string') return []
  const found = kindOf(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', kind)
  if (found === undefined) return []
  const placed = found.namespaced && metadata['namespace'] === undefined ? { ...metadata, namespace: 'default' } : metadata
  return [[found.key, { ...object, apiVersion, kind, metadata: { ...placed, name: metadata['name'] } }]]
}
