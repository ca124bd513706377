import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { gatewayWorkloads } from './gateway-workloads'

type Labels = Readonly<Record<string, string>>

const gateway = (name: string, namespace: string, selector: Labels): readonly ['gateways.networking.istio.io', KubeObject] => ['gateways.networking.istio.io', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name, namespace }, spec: { selector, servers: [] } }]
const service = (name: string, namespace: string, selector: Labels): readonly ['services', KubeObject] => ['services', { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector, ports: [] } }]
const pod = (name: string, namespace: string, labels: Labels): readonly ['pods', KubeObject] => ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels } }]

describe('gateway workloads without pods', () => {
  it('are named after the Service with the selector, else after the Gateway', () => {
    const entries = [gateway('a', 'shop', { istio: 'public' }), gateway('b', 'shop', { istio: 'inner' }), service('edge', 'istio-system', { istio: 'public' })]
    expect(gatewayWorkloads(snapshotOf(entries))).toEqual([{ namespace: 'istio-system', name: 'edge', labels: { istio: 'public' } }, { namespace: 'shop', name: 'inner', labels: { istio: 'inner' } }])
  })

  it('are named after a Service that asks for more labels, and have these', () => {
    const labels = { app: 'istio-ingressgateway', istio: 'ingressgateway' }
    const entries = [gateway('bookinfo', 'bookinfo', { istio: 'ingressgateway' }), service('istio-ingressgateway', 'istio-system', labels)]
    expect(gatewayWorkloads(snapshotOf(entries))).toEqual([{ namespace: 'istio-system', name: 'istio-ingressgateway', labels }])
  })

  it('take the Service of their own namespace where several ask for more', () => {
    const entries = [gateway('g', 'team', { istio: 'gw' }), service('a', 'aaa', { istio: 'gw', app: 'a' }), service('b', 'team', { istio: 'gw', app: 'b' })]
    expect(gatewayWorkloads(snapshotOf(entries))).toEqual([{ namespace: 'team', name: 'b', labels: { istio: 'gw', app: 'b' } }])
  })

  it('are one for several selectors of one Service, but not for selectors that no pod can meet together', () => {
    const edge = service('edge', 'istio-system', { app: 'edge' })
    expect(gatewayWorkloads(snapshotOf([edge, gateway('a', 'x', { app: 'edge', istio: 'i' }), gateway('b', 'x', { app: 'edge' })]))).toEqual([{ namespace: 'istio-system', name: 'edge', labels: { app: 'edge', istio: 'i' } }])
    expect(gatewayWorkloads(snapshotOf([edge, gateway('a', 'x', { app: 'edge', istio: 'i' }), gateway('b', 'x', { app: 'edge', istio: 'j' })]))).toEqual([
      { namespace: 'istio-system', name: 'edge', labels: { app: 'edge', istio: 'i' } }, { namespace: 'x', name: 'j', labels: { app: 'edge', istio: 'j' } },
    ])
  })

  it('are none for a selector that a pod meets', () => {
    const entries = [gateway('a', 'x', { istio: 'i' }), service('edge', 'y', { istio: 'i' }), pod('p', 'z', { istio: 'i', version: 'v1' })]
    expect(gatewayWorkloads(snapshotOf(entries))).toEqual([{ namespace: 'z', name: 'p', labels: { istio: 'i', version: 'v1' } }])
  })
})
