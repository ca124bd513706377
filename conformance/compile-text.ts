import { parseAllDocuments } from 'yaml'
import { isJsonObject } from '@/lib/std/json'
import { kindOf, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { compile, plainEnvoyFeatures } from '@/lib/mesh/translate/compile'
import type { Configuration } from './compare'

/** Meridian's translation of a case's objects, in the judge's form. Objects without a namespace are in `default`, as with the judge. */
export function compileText(yaml: string, options: { readonly proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }; readonly features: 'plain' | 'default'; readonly env?: Readonly<Record<string, string>> }): Configuration {
  const objects = parseAllDocuments(yaml).flatMap((document): readonly (readonly [KindKey, KubeObject])[] => {
    const value: unknown = document.toJS()
    if (!isJsonObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string' || !isJsonObject(value['metadata'])) return []
    const { apiVersion, metadata } = value
    const kind = kindOf(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', value['kind'])
    const name = metadata['name']
    if (!kind || typeof name !== 'string') return []
    const namespace = typeof metadata['namespace'] === 'string' ? metadata['namespace'] : 'default'
    return [[kind.key, { ...value, apiVersion, kind: kind.kind, metadata: { ...metadata, name, ...(kind.namespaced ? { namespace } : {}) } }]]
  })
  const compiled = compile(snapshotOf(objects), { ...options.proxy, name: 'gateway' }, { features: { ...(options.features === 'plain' ? plainEnvoyFeatures : {}), ...options.env } })
  return { listeners: compiled.listeners, routes: compiled.routeConfigurations, clusters: compiled.clusters() }
}
