import { describe, expect, it } from 'vitest'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { servedSecrets } from './served-secrets'

const encode = (text: string): string => Buffer.from(text).toString('base64')
const snapshot = snapshotOf([
  ['secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'own', namespace: 'edge' }, data: { 'tls.crt': encode('chain'), 'tls.key': encode('key'), 'ca.crt': encode('ca') } }],
  ['secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'web', namespace: 'shop' }, data: { cert: encode('web chain'), key: encode('web key') } }],
  ['secrets', { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'shop' }, data: { cert: encode('x'), key: encode('y') } }],
  ['configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ca', namespace: 'shop' }, data: { 'ca.crt': 'shop ca' } }],
])

describe('servedSecrets', () => {
  it('serves the own namespace, and of others what the configuration names', () => {
    const configuration = [{ filter_chains: [{ secret: { name: 'kubernetes-gateway://shop/web' } }], authority: 'configmap://shop/ca-cacert', gone: 'kubernetes-gateway://shop/gone' }]
    expect(servedSecrets(snapshot, 'edge', configuration)).toEqual([
      { name: 'kubernetes://own', certificateChain: 'chain', privateKey: 'key' },
      { name: 'kubernetes://own-cacert', trustedCa: 'ca' },
      { name: 'kubernetes-gateway://shop/web', certificateChain: 'web chain', privateKey: 'web key' },
      { name: 'configmap://shop/ca-cacert', trustedCa: 'shop ca' },
    ])
  })
})
