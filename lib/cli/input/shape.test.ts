import { describe, expect, it } from 'vitest'
import { generateCase } from '@/conformance/generate/case'
import { kindOf } from '@/lib/mesh/kinds'
import { findShapeError } from './shape'

describe('what istiod\'s decoders refuse', () => {
  it.each([
    ['services', { spec: { ports: [{ port: '80' }] } }, 'spec.ports.0.port', 'a whole number is expected'],
    ['services', { spec: { ports: [{ port: 80 }, { port: 80, targetPort: 1.5 }] } }, 'spec.ports.1.targetPort', 'a whole number or text is expected'],
    ['services', { spec: [] }, 'spec', 'an object is expected'],
    ['virtualservices.networking.istio.io', { spec: { http: [{ timeout: '5' }] } }, 'spec.http.0.timeout', 'a duration such as 5s is expected'],
    ['virtualservices.networking.istio.io', { spec: { http: {} } }, 'spec.http', 'a list is expected'],
    ['virtualservices.networking.istio.io', { spec: { http: [{ headers: { request: { set: { a: 1 } } } }] } }, 'spec.http.0.headers.request.set.a', 'text is expected'],
    ['gateways.networking.istio.io', { spec: { servers: [{ tls: { mode: 'SIMPEL' } }] } }, 'spec.servers.0.tls.mode', 'one of PASSTHROUGH, SIMPLE, MUTUAL, AUTO_PASSTHROUGH, ISTIO_MUTUAL, OPTIONAL_MUTUAL is expected'],
    ['gateways.networking.istio.io', { spec: { servers: [{ port: { number: -1 } }] } }, 'spec.servers.0.port.number', 'a whole number from 0 is expected'],
    ['gateways.networking.istio.io', { spec: { servers: [{ tls: { httpsRedirect: 'true' } }] } }, 'spec.servers.0.tls.httpsRedirect', 'true or false is expected'],
    ['secrets', { data: { 'tls.key': '%%%' } }, 'data.tls.key', 'base64 is expected'],
  ] as const)('%s %j', (key, object, path, message) => {
    const found = findShapeError(key, object)
    expect([found?.path.join('.'), found?.message]).toEqual([path, message])
  })
  it.each([
    ['virtualservices.networking.istio.io', { spec: { http: [{ match: null, route: [{ weight: '10', destination: { port: { number: '80' } } }], unknown: 7 }] } }],
    ['gateways.networking.istio.io', { spec: { servers: [{ tls: { mode: 1 } }] } }],
    ['services', {}],
    ['secrets', { data: { a: '', b: 'YQ==\n', c: null }, stringData: { d: '%' } }],
  ] as const)('takes %s %j', (key, object) => {
    expect(findShapeError(key, object)).toBeUndefined()
  })
  it('takes all that Pilot takes of generated meshes', () => {
    for (let seed = 1; seed <= 150; seed += 1) {
      for (const object of generateCase(seed, 3).objects) {
        const group = String(object['apiVersion']).split('/').slice(0, -1).join('/')
        const kind = kindOf(group, String(object['kind']))
        expect(kind && findShapeError(kind.key, object)).toBeUndefined()
      }
    }
  })
})
