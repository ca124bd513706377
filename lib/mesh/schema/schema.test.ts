import { describe, expect, it } from 'vitest'
import { crdFile } from '@/lib/sandbox/crds/crd'
import { applyDefaults, prune } from './prune'
import type { Schema } from './schema'
import { validateSchema } from './validate-schema'

function schemaOf(name: string): Schema {
  const { crds, schemas } = crdFile()
  const version = crds.find((crd) => crd.name === name)?.versions.find(({ storage }) => storage)
  const schema = schemas[version?.schema ?? -1]
  if (!schema) throw new Error(`no schema of ${name}`)
  return schema
}

describe('the schema of a VirtualService', () => {
  const schema = schemaOf('virtualservices.networking.istio.io')
  const check = (spec: Parameters<typeof validateSchema>[0]) => validateSchema({ spec: spec ?? null }, schema).map(({ field, reason }) => `${field} ${reason}`)

  it('takes a good one', () => {
    expect(check({ hosts: ['a.com'], http: [{ match: [{ uri: { prefix: '/' } }], route: [{ destination: { host: 'a', port: { number: 80 } }, weight: 90 }], timeout: '3s' }] })).toEqual([])
  })

  it('says which field has the wrong type, is missing, or breaks a CEL rule', () => {
    expect(check({ http: [{ route: [{ weight: '90' }] }] })).toEqual(['spec.http[0].route[0].destination FieldValueRequired', 'spec.http[0].route[0].weight FieldValueTypeInvalid'])
    expect(check({ http: [{ timeout: '0s' }] })).toEqual(['spec.http[0].timeout FieldValueInvalid'])
    expect(check({ http: [{ match: [{ uri: { prefix: '/', exact: '/' } }] }] })).toEqual(['spec.http[0].match[0].uri FieldValueInvalid'])
  })

  it('prunes what it does not know, and says so', () => {
    expect(prune({ spec: { hosts: ['a'], nonsense: 1 } }, schema)).toMatchObject({ value: { spec: { hosts: ['a'] } }, unknown: ['spec.nonsense'] })
  })
})

describe('the schema of an HTTPRoute', () => {
  const schema = schemaOf('httproutes.gateway.networking.k8s.io')

  it('fills in defaults', () => {
    expect(applyDefaults({ spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] } }, schema)).toMatchObject({
      spec: { parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ group: '', kind: 'Service', weight: 1 }] }] },
    })
  })

  it('keeps its CEL rules', () => {
    const two = { type: 'RequestRedirect', requestRedirect: {} }
    expect(validateSchema(applyDefaults({ spec: { rules: [{ filters: [two], backendRefs: [{ name: 'a', port: 80 }] }] } }, schema), schema).map(({ field }) => field)).toContain('spec.rules[0]')
    expect(validateSchema({ spec: { rules: [{ backendRefs: [{ name: 'a', kind: 'Service', group: '' }] }] } }, schema).map(({ field }) => field)).toEqual(['spec.rules[0].backendRefs[0]'])
  })

  it('compiles every rule of every kind', async () => {
    const { celEnv, parse, plan } = await import('@bufbuild/cel')
    const rules = new Set<string>()
    const walk = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return
      for (const [key, value] of Object.entries(part)) {
        if (key === 'x-kubernetes-validations' && Array.isArray(value)) for (const item of value as { rule: string }[]) rules.add(item.rule)
        else walk(value)
      }
    }
    walk(crdFile().schemas)
    expect(rules.size).toBeGreaterThan(100)
    for (const rule of rules) expect(() => plan(celEnv(), parse(rule)), rule).not.toThrow()
  })
})
