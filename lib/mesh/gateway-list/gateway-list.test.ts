import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import { gatewayKey } from '../gateway-workload'
import { refOf, type KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { gatewayWorkloads } from '../translate/gateway-workloads'
import { gatewayHosts } from './gateway-hosts'
import { gatewayAddresses, listGateways, problemsElsewhere } from './gateway-list'

const edge = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system, creationTimestamp: "2026-01-01T00:00:00Z" }
spec:
  selector: { istio: ingressgateway }
  servers:
  - { port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }
  - { port: { number: 3306, name: mysql, protocol: TCP }, hosts: ["*"] }
---
apiVersion: v1
kind: Service
metadata: { name: istio-ingressgateway, namespace: istio-system, creationTimestamp: "2026-01-01T00:00:00Z" }
spec:
  type: LoadBalancer
  clusterIP: 10.0.0.9
  selector: { istio: ingressgateway }
  ports:
  - { name: status-port, port: 15021, targetPort: 15021 }
  - { name: http2, port: 80, targetPort: 8080, nodePort: 30000 }
  - { name: mysql, port: 3306, targetPort: 3306, nodePort: 30306 }
status: { loadBalancer: { ingress: [{ ip: 203.0.113.24 }] } }
---
apiVersion: v1
kind: Pod
metadata: { name: gw-1, namespace: istio-system, labels: { istio: ingressgateway, istio.io/rev: "1-29" } }
spec: { containers: [{ name: istio-proxy, image: "docker.io/istio/proxyv2:1.29.2-distroless" }] }
status: { phase: Running, conditions: [{ type: Ready, status: "True" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: gw-1, namespace: other, labels: { app: x } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { clusterIP: 10.0.0.1, ports: [{ name: http, port: 80 }, { name: mysql, port: 3306 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
  namespace: shop
  creationTimestamp: "2026-01-01T00:00:00Z"
  managedFields:
  - { manager: kubectl-edit, operation: Update, time: "2026-02-02T00:00:00Z" }
  - { manager: istiod, operation: Update, subresource: status, time: "2026-03-03T00:00:00Z" }
spec:
  hosts: [shop.example.com]
  gateways: [istio-system/public]
  http: [{ route: [{ destination: { host: cart, port: { number: 80 } } }] }]
  tcp: [{ match: [{ port: 3306 }], route: [{ destination: { host: cart, port: { number: 3306 } } }] }]
`

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

const snapshot = snapshotOf(parseAllDocuments(edge).flatMap((document) => {
  const object: unknown = document.toJS()
  const kind = isObject(object) ? kindOf(refOf(object).group, object.kind) : undefined
  return kind && isObject(object) ? [[kind.key, object] as const satisfies readonly [KindKey, KubeObject]] : []
}))
const gateways = gatewayWorkloads(snapshot)
const compiled = new Map(gateways.map((gateway) => [gatewayKey(gateway), compile(snapshot, gateway)]))

describe('listGateways', () => {
  const [row, ...others] = listGateways({ snapshot, gateways, compiled: (key) => compiled.get(key), problems: [] })

  it('has one row a workload', () => {
    expect(others).toEqual([])
    expect(row).toMatchObject({ namespace: 'istio-system', note: null, problems: [] })
  })

  it('gives the outer address and the ports that lead to a listener', () => {
    expect(row?.addresses).toEqual([{ text: '203.0.113.24', scope: 'external' }])
    expect(gateways.flatMap((gateway) => gatewayAddresses(snapshot, gateway))).toEqual(['203.0.113.24'])
    expect(row?.ports.map((port) => [port.port, port.targetPort, port.nodePort])).toEqual([[80, 8080, 30000], [3306, 3306, 30306]])
  })

  it('counts ready pods and reads the proxy version and revision', () => {
    expect(row?.pods).toMatchObject({ ready: 1, total: 1 })
    expect(row?.istio).toEqual({ version: '1.29.2', revision: '1-29' })
  })

  it('counts hosts of HTTP and TCP', () => {
    const only = compiled.values().next().value
    expect(only && gatewayHosts(only)).toEqual(['*:3306', 'shop.example.com'])
    expect(row?.hosts).toBe(2)
  })

  it('names the newest write among the objects that take part, status aside', () => {
    expect(row?.lastChange).toMatchObject({ time: '2026-02-02T00:00:00Z', manager: 'kubectl-edit', ref: { kind: 'VirtualService', name: 'shop' } })
  })

  it('takes the problems of those objects, worst first', () => {
    const ref = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'shop' }
    const problem = (code: string, severity: 'error' | 'warning') => ({ code, severity, subject: ref, path: '', params: {} })
    const problems = [problem('B', 'warning'), problem('A', 'error'), { ...problem('C', 'error'), subject: { ...ref, name: 'elsewhere' } }]
    const rows = listGateways({ snapshot, gateways, compiled: (key) => compiled.get(key), problems })
    expect(rows.map((row) => row.problems.map(({ code }) => code))).toEqual([['A', 'B']])
    expect(problemsElsewhere(rows, problems).map(({ code }) => code)).toEqual(['C'])
  })
})
