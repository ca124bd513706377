import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import type { Schema } from '@/lib/mesh/schema/schema'

const crdSchema = z.object({
  name: z.string(),
  group: z.string(),
  scope: z.enum(['Namespaced', 'Cluster']),
  names: z.object({ kind: z.string(), plural: z.string(), singular: z.string().optional(), listKind: z.string().optional(), shortNames: z.array(z.string()).optional(), categories: z.array(z.string()).optional() }),
  versions: z.array(z.object({
    name: z.string(), storage: z.boolean(), status: z.boolean(), schema: z.number(),
    columns: z.array(z.object({ name: z.string(), type: z.string(), jsonPath: z.string(), priority: z.number().optional() })),
  })),
})

/** A CRD of the sandbox: names, versions, printer columns. */
export type Crd = z.infer<typeof crdSchema>

interface CrdFile {
  readonly crds: readonly Crd[]
  readonly schemas: readonly Schema[]
}

let loaded: CrdFile | undefined

/** The generated CRDs (make-crds.mjs), read once. */
export function crdFile(): CrdFile {
  if (loaded) return loaded
  const raw: unknown = JSON.parse(readFileSync(join(projectFolder(), 'lib', 'sandbox', 'crds', 'generated', 'crds.json'), 'utf8'))
  loaded = z.object({ crds: z.array(crdSchema), schemas: z.array(z.custom<Schema>((value) => typeof value === 'object' && value !== null)) }).parse(raw)
  return loaded
}

/** The project's root: given by the bundle (bin/run-ts.mjs), else found from this file. */
function projectFolder(): string {
  const given: unknown = import.meta.meridianRoot
  return typeof given === 'string' ? given : fileURLToPath(new URL('../../..', import.meta.url))
}
