import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import type { KubeObject } from '../resource'
import { configurationOfCompiled } from '../simulate/envoy-configuration'
import type { Explanation } from '../simulate/explanation'
import { simulate } from '../simulate/simulate'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import type { Compiled } from '../translate/compiled'
import { analyse } from './analyse'
import { problemText } from './problem-text'

const base = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: istio-system }
spec:
  selector: { app: edge }
  servers:
  - { port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }
  - { port: { number: 3306, name: tcp, protocol: TCP }, hosts: ['*'] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: all, namespace: istio-system }
spec:
  hosts: ['*']
  gateways: [edge]
  http: [{ name: gone, match: [{ uri: { prefix: /gone } }], directResponse: { status: 410 } }, { route: [{ destination: { host: web.shop.svc.cluster.local } }] }]
  tcp: [{ route: [{ destination: { host: web.shop.svc.cluster.local } }] }]
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
`

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function compiled(yaml: string): { readonly compiled: Compiled; readonly found: readonly string[] } {
  const objects = parseAllDocuments(base + yaml).map((document): unknown => document.toJS()).filter(isObject).flatMap((object): (readonly [KindKey, KubeObject])[] => {
    const [group = ''] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['']
    const kind = kindOf(group, object.kind)
    return kind ? [[kind.key, object]] : []
  })
  const snapshot = snapshotOf(objects)
  const made = compile(snapshot, { namespace: 'istio-system', name: 'edge', labels: { app: 'edge' } })
  return { compiled: made, found: analyse({ snapshot, compiled: [made] }).filter(({ code }) => code.startsWith('MER08')).map((problem) => `${problem.code} ${problem.subject.name}: ${problemText(problem)}`) }
}

function certainty(configuration: Compiled, path: string, more: Partial<Parameters<typeof simulate>[1]> = {}): Explanation['certainty'] {
  return simulate(configurationOfCompiled(configuration), { port: 80, protocol: 'http1', tls: 'off', method: 'GET', scheme: 'http', authority: 'a.example.com', path, headers: {}, peerAddress: '192.0.2.7', ...more }).certainty
}

describe('[EX1][EX2] extensions', () => {
  const { compiled: made, found } = compiled(`
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: auth, namespace: istio-system }
spec: { url: 'oci://registry.example/auth', phase: AUTHN }
---
apiVersion: extensions.istio.io/v1alpha1
kind: TrafficExtension
metadata: { name: script, namespace: istio-system }
spec: { lua: { inlineCode: 'x' } }
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: bytes, namespace: istio-system }
spec: { url: 'oci://registry.example/bytes', type: NETWORK }
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: elsewhere, namespace: shop }
spec: { url: 'oci://registry.example/bytes' }
`)

  it('are named as not computed', () => {
    expect(found).toEqual([
      'MER080 script: a Lua script runs in istio-system/edge, after AuthorizationPolicies: what it does is not computed',
      'MER080 auth: a Wasm module runs in istio-system/edge, before tokens are read (phase AUTHN): what it does is not computed',
      'MER080 bytes: a Wasm module runs in istio-system/edge, after AuthorizationPolicies: what it does is not computed',
    ])
  })

  it('[SIM24] are what answers depend on, by their objects', () => {
    expect(certainty(made, '/')).toEqual({ kind: 'conditional', on: ['TrafficExtension istio-system/script', 'WasmPlugin istio-system/auth', 'WasmPlugin istio-system/bytes'] })
    expect(certainty(made, '', { port: 3306, protocol: 'tcp' })).toEqual({ kind: 'conditional', on: ['WasmPlugin istio-system/bytes'] })
  })
})

describe('[EF1] EnvoyFilters', () => {
  const filter = (name: string, spec: string, namespace = 'istio-system') => `---\napiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`
  const patch = (applyTo: string, operation: string, match: string, value = '{}') => `{ configPatches: [{ applyTo: ${applyTo}, match: ${match}, patch: { operation: ${operation}, value: ${value} } }] }`
  const on = (spec: string) => certainty(compiled(filter('f', spec)).compiled, '/')

  it('that reach the gateway are named with what they are for', () => {
    expect(compiled([
      filter('lua', patch('HTTP_FILTER', 'INSERT_BEFORE', '{ context: GATEWAY, listener: { portNumber: 80, filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }')),
      filter('cluster', patch('CLUSTER', 'MERGE', '{ cluster: { service: web.shop.svc.cluster.local } }')),
      filter('host', patch('VIRTUAL_HOST', 'MERGE', '{ context: GATEWAY, routeConfiguration: { portNumber: 80, vhost: { name: "*:80" } } }')),
      filter('sidecar', patch('CLUSTER', 'MERGE', '{ context: SIDECAR_OUTBOUND }')),
      filter('old', patch('CLUSTER', 'MERGE', '{ context: GATEWAY, proxy: { proxyVersion: "^1\\\\.16.*" } }')),
      filter('elsewhere', patch('CLUSTER', 'MERGE', '{ context: GATEWAY }'), 'shop'),
      filter('unselected', '{ workloadSelector: { labels: { app: other } }, configPatches: [{ applyTo: CLUSTER, patch: { operation: MERGE, value: {} } }] }'),
      filter('port', patch('HTTP_FILTER', 'MERGE', '{ context: GATEWAY, listener: { portNumber: 81 } }')),
    ].join('')).found).toEqual([
      'MER081 cluster: MERGE of CLUSTER changes clusters of service web.shop.svc.cluster.local of istio-system/edge: not computed',
      'MER081 host: MERGE of VIRTUAL_HOST changes route configuration http.80 of istio-system/edge: not computed',
      'MER081 lua: INSERT_BEFORE of HTTP_FILTER changes listener 0.0.0.0_80 of istio-system/edge: not computed',
    ])
  })

  it('come by priority, the root namespace first, then by age', () => {
    const named = compiled([filter('b', `{ priority: 1, ${patch('CLUSTER', 'MERGE', '{}').slice(1)}`), filter('c', patch('CLUSTER', 'MERGE', '{}')), filter('a', patch('CLUSTER', 'MERGE', '{}'))].join('')).compiled.patches.patches.map(({ source }) => source.name)
    expect(named).toEqual(['a', 'c', 'b'])
  })

  it.each([
    ['LISTENER', 'MERGE', '{ listener: { portNumber: 80 } }'],
    ['LISTENER_FILTER', 'ADD', '{}'],
    ['FILTER_CHAIN', 'ADD', '{ listener: { name: 0.0.0.0_80 } }'],
    ['NETWORK_FILTER', 'MERGE', '{ listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager } } } }'],
    ['HTTP_FILTER', 'REMOVE', '{ listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.cors } } } } }'],
    ['ROUTE_CONFIGURATION', 'MERGE', '{ routeConfiguration: { name: http.80 } }'],
    ['VIRTUAL_HOST', 'MERGE', '{ routeConfiguration: { vhost: { domainName: "*" } } }'],
    ['VIRTUAL_HOST', 'ADD', '{}'],
    ['HTTP_ROUTE', 'MERGE', '{ routeConfiguration: { vhost: { route: { action: ROUTE } } } }'],
    ['HTTP_ROUTE', 'INSERT_FIRST', '{}'],
    ['CLUSTER', 'MERGE', '{ cluster: { service: web.shop.svc.cluster.local, portNumber: 80 } }'],
  ])('[SIM31] %s %s for %s makes the answer depend on it', (applyTo, operation, match) => {
    expect(on(patch(applyTo, operation, match))).toEqual({ kind: 'conditional', on: ['EnvoyFilter istio-system/f'] })
  })

  it.each([
    ['LISTENER', 'MERGE', '{ listener: { portNumber: 3306 } }'],
    ['FILTER_CHAIN', 'MERGE', '{ listener: { filterChain: { sni: a.example.com } } }'],
    ['NETWORK_FILTER', 'MERGE', '{ listener: { filterChain: { filter: { name: envoy.filters.network.tcp_proxy } } } }'],
    ['HTTP_FILTER', 'REMOVE', '{ listener: { filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: gone } } } } }'],
    ['ROUTE_CONFIGURATION', 'MERGE', '{ routeConfiguration: { gateway: istio-system/other } }'],
    ['VIRTUAL_HOST', 'MERGE', '{ routeConfiguration: { vhost: { domainName: a.example.com } } }'],
    ['HTTP_ROUTE', 'MERGE', '{ routeConfiguration: { vhost: { route: { name: absent } } } }'],
    ['HTTP_ROUTE', 'ADD', '{}'],
    ['CLUSTER', 'MERGE', '{ cluster: { subset: v1 } }'],
    ['CLUSTER', 'ADD', '{}'],
    ['LISTENER', 'ADD', '{}'],
    ['BOOTSTRAP', 'MERGE', '{}'],
  ])('[SIM31] %s %s for %s does not', (applyTo, operation, match) => {
    expect(on(patch(applyTo, operation, match))).toEqual({ kind: 'exact' })
  })
})
