import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateCase } from './generate/case'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { analyse } from '@/lib/mesh/analyse/analyse'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { kindOf, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { compile } from '@/lib/mesh/translate/compile'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'

const gateway = { namespace: 'istio-system', name: 'gateway', labels: { istio: 'ingressgateway' } }
const odd: readonly Json[] = [null, '', '*', '*/*', 'a|b|c|d', '__proto__', 0, -1, 1e300, 2 ** 53, true, [], {}, [null], [[]], { constructor: 1 }, { a: { b: { c: {} } } }]

/** Puts an odd value at a drawn place of an object, its head (kind, name) left alone as the API server guarantees it. */
function mutate(value: Json | undefined, steps: readonly number[], replacement: Json): Json {
  const [step, ...rest] = steps
  if (step === undefined) return replacement
  if (Array.isArray(value)) return value.length === 0 ? [replacement] : value.map((item: Json, index) => (index === step % value.length ? mutate(item, rest, replacement) : item))
  if (!isJsonObject(value)) return replacement
  const keys = Object.keys(value)
  const key = keys[step % Math.max(keys.length, 1)] ?? 'spec'
  return { ...value, [key]: mutate(value[key], rest, replacement) }
}

function entry(object: JsonObject): readonly (readonly [KindKey, KubeObject])[] {
  const { apiVersion, kind, metadata } = object
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || !isJsonObject(metadata) || typeof metadata['name'] !== 'string') return []
  const found = kindOf(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '', kind)
  return found ? [[found.key, { ...object, apiVersion, kind, metadata: { ...metadata, name: metadata['name'] } }]] : []
}

describe('compile', () => {
  it('[BAD1] never throws, whatever the objects hold', () => {
    fc.assert(fc.property(fc.nat(5_000), fc.array(fc.tuple(fc.nat(100), fc.array(fc.nat(20), { minLength: 0, maxLength: 7 }), fc.constantFrom(...odd)), { minLength: 1, maxLength: 6 }), (seed, edits) => {
      const objects = [...generateCase(seed, 3).objects]
      for (const [at, steps, replacement] of edits) {
        const index = at % objects.length
        const object = objects[index]
        if (!object) continue
        const body = Object.keys(object).find((key) => !['apiVersion', 'kind', 'metadata'].includes(key)) ?? 'spec'
        objects[index] = { ...object, [body]: mutate(object[body], steps, replacement) }
      }
      const snapshot = snapshotOf(objects.flatMap(entry))
      const compiled = compile(snapshot, gateway)
      compiled.clusters().forEach((cluster) => compiled.endpoints(cluster.name))
      analyse({ snapshot, compiled: gatewayWorkloads(snapshot).map((workload) => compile(snapshot, workload)) }).forEach(problemText)
      expect(compiled.listeners.every((listener) => listener.filter_chains.length > 0)).toBe(true)
    }), { numRuns: 150, seed: 7 })
  }, 60_000)

  it('[DET1] gives the same answer whatever the order the objects came in', () => {
    for (const seed of [11, 12, 13, 14, 15]) {
      const entries = generateCase(seed, 3).objects.flatMap(entry)
      const text = (order: typeof entries): string => { const compiled = compile(snapshotOf(order), gateway); return JSON.stringify([compiled.listeners, compiled.routeConfigurations, [...compiled.clusters()].map((cluster) => cluster.name).sort()]) }
      expect(text([...entries].reverse())).toBe(text(entries))
    }
  })
})
