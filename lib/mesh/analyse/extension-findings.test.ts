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
