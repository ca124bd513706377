import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { projectRoot } from './build/project-root'

const fileSchema = z.object({
  versions: z.object({ istio: z.string() }),
  /** Values that come often, each once; `{"$": n}` stands for the n-th. */
  pool: z.array(z.json()),
  cases: z.array(z.object({
    seed: z.number(), features: z.enum(['plain', 'default']), reversed: z.boolean(), rules: z.array(z.string()), objects: z.json(), listeners: z.json(), routes: z.json(), clusters: z.json(),
  })),
})

/** A generated mesh with Pilot's recorded answer. */
export interface BatchCase {
  readonly seed: number
  readonly features: 'plain' | 'default'
  /** The engine is given the objects in the other order. */
  readonly reversed: boolean
  /** Rules of lib/mesh/SPEC.md that the case exercises. */
  readonly rules: readonly string[]
  readonly objects: readonly JsonObject[]
  readonly listeners: readonly JsonObject[]
  readonly routes: readonly JsonObject[]
  readonly clusters: readonly JsonObject[]
}

/** The file of all recorded generated meshes. */
export function batchFile(): string {
  return join(projectRoot(), 'conformance', 'batch', 'generated.json')
}

/** The recorded generated meshes. */
export function readBatch(): BatchCase[] {
  if (!existsSync(batchFile())) return []
  const { pool, cases } = fileSchema.parse(JSON.parse(readFileSync(batchFile(), 'utf8')))
  const known = new Map<number, Json>()
  const expand = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(expand)
    if (!isJsonObject(value)) return value
    const at = value['$']
    if (typeof at !== 'number') return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expand(entry ?? null)]))
    const found = known.get(at) ?? expand(pool[at] ?? null)
    known.set(at, found)
    return found
  }
  const list = (value: unknown): JsonObject[] => { const found = expand(z.json().parse(value)); return Array.isArray(found) ? found.filter(isJsonObject) : [] }
  return cases.map((one) => ({ ...one, objects: list(one.objects), listeners: list(one.listeners), routes: list(one.routes), clusters: list(one.clusters) }))
}

/** The text of the file: equal values are written once, each entry of the pool and each case on a line. */
export function batchText(istio: string, cases: readonly BatchCase[]): string {
  const pool: string[] = []
  const places = new Map<string, number>()
  const shrink = (value: Json): Json => {
    const inner: Json = Array.isArray(value) ? value.map(shrink) : isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shrink(entry ?? null)])) : value
    const text = JSON.stringify(inner)
    if (text.length < 48) return inner
    const at = places.get(text) ?? pool.push(text) - 1
    places.set(text, at)
    return { $: at }
  }
  const lines = cases.map((one) => JSON.stringify({ ...one, objects: shrink(one.objects), listeners: shrink(one.listeners), routes: shrink(one.routes), clusters: shrink(one.clusters) }))
  return `{"versions":${JSON.stringify({ istio })},\n"pool":[\n${pool.join(',\n')}\n],\n"cases":[\n${lines.join(',\n')}\n]}\n`
}
