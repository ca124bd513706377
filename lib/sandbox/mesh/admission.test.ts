import { describe, expect, it } from 'vitest'
import type { KubeObject } from '@/lib/mesh/resource'
import { istioAdmission } from './admission'

function virtualService(spec: Readonly<Record<string, readonly string[]>>): KubeObject {
  const http = [{ route: [{ destination: { host: 'web' } }] }]
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'v', namespace: 'shop' }, spec: { hosts: ['a.example.com'], http, ...spec } }
}

describe('istioAdmission', () => {
  it('takes what istiod takes, with its warnings', () => {
    expect(istioAdmission.check(virtualService({}))).toEqual({ allowed: true, warnings: [] })
    expect(istioAdmission.check(virtualService({ gateways: ['edge.infra.svc.cluster.local'] }))).toMatchObject({ allowed: true, warnings: [expect.stringContaining('infra/edge') as string] })
  })

  it('refuses in the form of istiod, one error on a line of its own and several as a list', () => {
    expect(istioAdmission.check(virtualService({ hosts: ['*bad*'] }))).toEqual({ allowed: false, message: 'configuration is invalid: domain name "*bad*" invalid (label "*bad*" invalid) (spec.hosts[0])' })
    const { message } = { message: '', ...istioAdmission.check(virtualService({ hosts: ['a_b', 'c_d'] })) }
    expect(message.split('\n').slice(0, 2)).toEqual(['configuration is invalid: 2 errors occurred:', '\t* domain name "a_b" invalid (label "a_b" invalid) (spec.hosts[0])'])
  })
})
