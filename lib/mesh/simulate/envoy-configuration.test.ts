import { expect, it } from 'vitest'
import type { KindKey } from '../kinds'
import type { KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { configurationOfCompiled } from './envoy-configuration'

const istio = (kind: string, name: string, spec: KubeObject['spec']): KubeObject => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace: 'shop' }, spec })

it('[SIM17] [CL9] takes a DNS cluster by the endpoints inside it, the host itself where none are declared', () => {
  const objects: readonly (readonly [KindKey, KubeObject])[] = [
    ['serviceentries.networking.istio.io', istio('ServiceEntry', 'psp', { hosts: ['psp.example.net'], resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] })],
    ['serviceentries.networking.istio.io', istio('ServiceEntry', 'fixed', { hosts: ['fixed.example.net'], resolution: 'STATIC', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] })],
  ]
  const configuration = configurationOfCompiled(compile(snapshotOf(objects), { namespace: 'shop', name: 'gw', labels: { istio: 'gw' } }))
  expect(configuration.clusterState('outbound|443||psp.example.net')).toBe('ok')
  expect(configuration.hostname('outbound|443||psp.example.net')).toBe('psp.example.net')
  expect(configuration.clusterState('outbound|443||fixed.example.net')).toBe('no-endpoints')
})
