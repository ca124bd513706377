import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import { refOf, type KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { gatewayWorkloads } from '../translate/gateway-workloads'
import { analyse } from './analyse'
import { problemText } from './problem-text'

const base = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: istio-system }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }]
---
apiVersion: v1
kind: Pod
metadata: { name: gw-1, namespace: istio-system, labels: { istio: ingressgateway } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { clusterIP: 10.0.0.1, selector: { app: cart }, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: cart-1, namespace: shop, labels: { app: cart, version: v1 } }
---
apiVersion: v1
kind: Pod
metadata: { name: cart-2, namespace: shop, labels: { app: cart, version: v2 } }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: cart-x, namespace: shop, labels: { kubernetes.io/service-name: cart } }
ports: [{ name: http, port: 80 }]
endpoints:
- { addresses: [10.1.0.1], conditions: { ready: true }, targetRef: { kind: Pod, name: cart-1 } }
- { addresses: [10.1.0.2], conditions: { ready: false }, targetRef: { kind: Pod, name: cart-2 } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---
`

function rules(http: string, gateways = '[istio-system/public]') {
  return `${base}apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: shop, namespace: shop }\nspec:\n  hosts: [shop.example.com]\n  gateways: ${gateways}\n  http:\n${http}`
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function findings(yaml: string) {
  const objects = parseAllDocuments(yaml).flatMap((document) => { const value: unknown = document.toJS(); return isObject(value) ? [value] : [] })
  const entries = objects.map((object): readonly [KindKey, KubeObject] => {
    const ref = refOf(object)
    const kind = kindOf(ref.group, ref.kind)
    if (!kind) throw new Error(`unknown kind ${ref.kind}`)
    return [kind.key, object]
  })
  const snapshot = snapshotOf(entries)
  return analyse({ snapshot, compiled: gatewayWorkloads(snapshot).map((gateway) => compile(snapshot, gateway)) })
}

const ok = '  - route: [{ destination: { host: cart, subset: v1 } }]\n'

describe('analyse', () => {
  it('finds nothing in a sound edge', () => {
    expect(findings(rules(ok))).toEqual([])
  })

  it.each([
    ['a Gateway', rules(ok, '[istio-system/public, typo]'), 'spec.gateways[1]', 'the gateway shop/typo is not there'],
    ['a host', rules('  - route: [{ destination: { host: gone } }]\n'), 'spec.http[0].route[0].destination.host', 'the host gone is not there'],
    ['a subset', rules('  - route: [{ destination: { host: cart, subset: v9 } }]\n'), 'spec.http[0].route[0].destination', 'the host+subset in destinationrule cart+v9 is not there'],
    ['a delegate', rules('  - match: [{ uri: { prefix: / } }]\n    delegate: { name: none, namespace: shop }\n'), 'spec.http[0].delegate', 'the delegate shop/none is not there'],
  ])('IST0101 where %s is named that is not there', (_, yaml, path, text) => {
    expect(findings(yaml).map((problem) => [problem.code, problem.severity, problem.path, problemText(problem)])).toEqual([['IST0101', 'error', path, text]])
  })

  it('leaves alone what is for sidecars only', () => {
    expect(findings(rules('  - route: [{ destination: { host: gone } }]\n', '[mesh]'))).toEqual([])
  })

  it('MER014 names the rule that takes all requests of a dead one, and a request that shows it', () => {
    const found = findings(rules(`  - match: [{ uri: { prefix: /cart/ } }]\n    route: [{ destination: { host: cart, subset: v1 } }]\n  - match: [{ uri: { prefix: /cart/beta/ }, method: { exact: POST } }]\n    route: [{ destination: { host: cart, subset: v1 } }]\n${ok}`))
    expect(found).toMatchObject([{ code: 'MER014', severity: 'warning', path: 'spec.http[1].match[0]', params: { by: 'shop/shop', byPath: 'spec.http[0].match[0]', rule: '2', byRule: '1', request: 'POST /cart/beta/' } }])
  })

  it('does not call a rule dead that is narrower by a header, or only looks alike', () => {
    expect(findings(rules(`  - match: [{ uri: { prefix: /cart/ }, headers: { x-beta: { exact: "1" } } }]\n    route: [{ destination: { host: cart, subset: v1 } }]\n  - match: [{ uri: { prefix: /cart } }]\n    route: [{ destination: { host: cart, subset: v1 } }]\n${ok}`))).toEqual([])
  })

  it('MER052 tells of a subset that no pod has', () => {
    const lonely = rules(ok).replace('{ name: v1, labels: { version: v1 } }', '{ name: v1, labels: { version: v7 } }')
    expect(findings(lonely).map(problemText)).toEqual(['cart·v1 has no ready endpoint and gets 100 % of this rule', 'subset v1 fits no pod of shop/cart'])
  })

  it('MER052 counts the endpoints of the subset, and weighs them by share', () => {
    const split = (second: number) => rules(`  - route: [{ destination: { host: cart, subset: v1 }, weight: ${100 - second} }, { destination: { host: cart, subset: v2 }, weight: ${second} }]\n`)
    expect(findings(split(10)).map(problemText)).toEqual(['cart·v2 has no ready endpoint and gets 10 % of this rule'])
    expect(findings(split(0))).toEqual([])
    expect(findings(rules('  - route: [{ destination: { host: cart } }]\n')).map((problem) => [problem.severity, problem.params['ready'], problem.params['total']])).toEqual([['warning', '1', '2']])
  })

  it('[GW3] MER001 finds the Gateway that kills istiod, and lets the same hosts in another order be', () => {
    const gateway = (hosts: string) => base.replace('hosts: ["*"]', `hosts: ${hosts}`)
    expect(findings(gateway('["a.example.com", "*/*", "./b.example.com"]')).map((problem) => [problem.code, problem.severity, problem.path])).toEqual([['MER001', 'error', 'spec.servers[0].hosts[2]']])
    expect(findings(gateway('["./b.example.com", "*/*"]')).filter((problem) => problem.code === 'MER001')).toEqual([])
  })
})
