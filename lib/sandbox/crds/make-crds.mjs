// Derives the sandbox's CRD schemas from Istio's and the Gateway API's CRDs: names, versions, structural schemas and
// printer columns, every description stripped. Run with Go's module cache filled:
//   node lib/sandbox/crds/make-crds.mjs ISTIO_CRDS.yaml GATEWAY_API_CRDS.yaml…
import { readFileSync, writeFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const wanted = new Set(['networking.istio.io', 'security.istio.io', 'telemetry.istio.io', 'extensions.istio.io', 'gateway.networking.k8s.io'])
const out = []
for (const file of process.argv.slice(2)) {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const crd = document.toJS()
    if (crd?.kind !== 'CustomResourceDefinition' || !wanted.has(crd.spec.group)) continue
    out.push({
      name: crd.metadata.name,
      group: crd.spec.group,
      scope: crd.spec.scope,
      names: crd.spec.names,
      versions: crd.spec.versions.filter((version) => version.served).map((version) => ({
        name: version.name,
        storage: version.storage,
        columns: version.additionalPrinterColumns?.map(({ name, type, jsonPath, priority }) => ({ name, type, jsonPath, ...(priority ? { priority } : {}) })) ?? [],
        status: version.subresources?.status !== undefined,
        schema: strip(version.schema?.openAPIV3Schema ?? { type: 'object' }),
      })),
    })
  }
}
// Versions of one kind mostly share their schema: kept once, referred to by index.
const schemas = []
const index = new Map()
for (const crd of out) {
  for (const version of crd.versions) {
    const text = JSON.stringify(version.schema)
    if (!index.has(text)) index.set(text, schemas.push(version.schema) - 1)
    version.schema = index.get(text)
  }
}
out.sort((a, b) => (a.name < b.name ? -1 : 1))
writeFileSync(new URL('generated/crds.json', import.meta.url), `${JSON.stringify({ crds: out, schemas })}\n`)
process.stdout.write(`${out.length} kinds, ${schemas.length} schemas\n`)

function strip(schema) {
  if (Array.isArray(schema)) return schema.map(strip)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'description' && typeof value === 'string') return []
    if (key === 'properties') return [[key, Object.fromEntries(Object.entries(value).map(([name, property]) => [name, strip(property)]))]]
    return [[key, strip(value)]]
  }))
}
