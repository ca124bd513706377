import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import { refOf, type KubeObject } from '../resource'
import { snapshotOf, type Snapshot } from '../snapshot'
import { compile } from '../translate/compile'
import { gatewayWorkloads } from '../translate/gateway-workloads'
import { analyse } from './analyse'
import { problemText } from './problem-text'

const base = `
apiVersion: v1
kind: Service
metadata: { name: edge, namespace: istio-system }
spec: { selector: { app: edge }, ports: [{ name: http, port: 80 }, { name: https, port: 443 }, { name: tcp, port: 3306 }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }
ports: [{ name: http, port: 80 }]
endpoints: [{ addresses: [10.1.0.1], conditions: { ready: true } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: kube, namespace: istio-system }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: edge }]
  listeners:
  - { name: http, port: 80, protocol: HTTP, hostname: "*.example.com", allowedRoutes: { namespaces: { from: All } } }
`

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function snapshotFrom(yaml: string): Snapshot {
  return snapshotOf(parseAllDocuments(yaml).flatMap((document): readonly (readonly [KindKey, KubeObject])[] => {
    const value: unknown = document.toJS()
    if (!isObject(value)) return []
    const kind = kindOf(refOf(value).group, value.kind)
    if (!kind) throw new Error(`unknown kind ${value.kind}`)
    return [[kind.key, value]]
  }))
}

function findings(more: string, yaml = base) {
  const snapshot = snapshotFrom(`${yaml}---\n${more}`)
  return analyse({ snapshot, compiled: gatewayWorkloads(snapshot).map((gateway) => compile(snapshot, gateway)) })
}

function route(spec: string, kind = 'HTTPRoute', name = 'r') {
  return `apiVersion: gateway.networking.k8s.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\nspec:\n  ${spec}\n---\n`
}

const parent = 'parentRefs: [{ name: kube, namespace: istio-system }]'
const served = 'rules: [{ backendRefs: [{ name: web, port: 80 }] }]'

describe('findings over the Gateway API', () => {
  it('finds nothing in a sound route', () => {
    expect(findings(route(`${parent}\n  hostnames: [a.example.com]\n  ${served}`))).toEqual([])
  })

  it('[GA1] takes the pods of the Service that a Gateway names for a gateway', () => {
    expect(gatewayWorkloads(snapshotFrom(base))).toMatchObject([{ namespace: 'istio-system', name: 'edge', labels: { app: 'edge' } }])
  })

  it('[GA3] IST0101 names a parent that is not there', () => {
    expect(findings(route(`parentRefs: [{ name: gone }]\n  ${served}`)).map((problem) => [problem.code, problem.path, problemText(problem)])).toEqual([['IST0101', 'spec.parentRefs[0]', 'the Gateway shop/gone is not there']])
  })

  it.each([
    ['port', route(`parentRefs: [{ name: kube, namespace: istio-system, port: 81 }]\n  ${served}`), 'istio-system/kube does not take this route: it has no listener on port 81'],
    ['section', route(`parentRefs: [{ name: kube, namespace: istio-system, sectionName: web }]\n  ${served}`), 'istio-system/kube does not take this route: it has no listener called web'],
    ['hostname', route(`${parent}\n  hostnames: [a.example.org]\n  ${served}`), 'istio-system/kube does not take this route: none of its listeners is for a.example.org'],
    ['namespace', route(`${parent}\n  ${served}`), 'istio-system/kube does not take this route: its listeners take no routes of namespace shop', base.replace('from: All', 'from: Same')],
    ['kind', route(`${parent}\n  ${served}`, 'TCPRoute'), 'istio-system/kube does not take this route: its listeners take no TCPRoute'],
  ])('[GA3] MER061 tells why a parent refuses a route: %s', (_, more, text, yaml = base) => {
    expect(findings(more, yaml).map((problem) => [problem.code, problem.severity, problem.path, problemText(problem)])).toEqual([['MER061', 'error', 'spec.parentRefs[0]', text]])
  })

  it.each([
    ['MER062', 'rules: [{ backendRefs: [{ name: web, port: 80 }, { name: gone, port: 80 }] }]', 'spec.rules[0].backendRefs[1]', 'the Service shop/gone is not there: its share of the requests is answered with 500'],
    ['MER062', 'rules: [{ backendRefs: [{ name: web }] }]', 'spec.rules[0].backendRefs[0]', 'the reference to shop/web has no port: istiod drops the whole route'],
    ['MER062', 'rules: [{ backendRefs: [{ group: x, kind: InferencePool, name: web, port: 80 }] }]', 'spec.rules[0].backendRefs[0]', 'istiod knows no backend of kind InferencePool: its share of the requests is answered with 500'],
    ['MER063', 'rules: [{ backendRefs: [{ name: edge, namespace: istio-system, port: 80 }] }]', 'spec.rules[0].backendRefs[0]', 'no ReferenceGrant lets routes of namespace shop use istio-system/edge: its share of the requests is answered with 500'],
    ['MER064', 'rules: [{ filters: [{ type: ExtensionRef }], backendRefs: [{ name: web, port: 80 }] }]', 'spec.rules[0].filters[0]', 'istiod does not take this ExtensionRef filter and drops the whole route for it'],
    ['MER065', 'rules: [{ backendRefs: [{ name: web, port: 80, weight: 0 }] }]', 'spec.rules[0]', 'this rule has no backend with a weight: requests are answered with 500'],
  ])('[GA5][GA6][GA7] %s at the field of the user', (code, rules, path, text) => {
    expect(findings(route(`${parent}\n  ${rules}`)).filter((problem) => problem.code !== 'MER052').map((problem) => [problem.code, problem.path, problemText(problem)])).toEqual([[code, path, text]])
  })

  it('[GA7] MER066 tells what is wrong with a certificate, unless Secrets are not seen', () => {
    const yaml = `${base}  - { name: https, port: 443, protocol: HTTPS, tls: { certificateRefs: [{ name: gone }] } }\n`
    expect(findings(route(`${parent}\n  ${served}`), yaml).map((problem) => [problem.code, problem.subject.kind, problem.path, problemText(problem)])).toEqual([['MER066', 'Gateway', 'spec.listeners[1].tls.certificateRefs[0]', 'the Secret istio-system/gone is not there: istiod does not open this listener with it']])
    const snapshot = snapshotFrom(yaml)
    const unseen = gatewayWorkloads(snapshot).map((gateway) => compile(snapshot, gateway, { secrets: 'unseen' }))
    expect(unseen.map(({ findings: found, listeners }) => [found, listeners.map(({ name }) => name)])).toEqual([[[], ['0.0.0.0_80', '0.0.0.0_443']]])
  })

  it('[GA1][GA9][GA12] tells of listeners, ListenerSets and policies that do not count', () => {
    const yaml = `${base}  - { name: again, port: 80, protocol: HTTP, hostname: "*.example.com" }\n  - { name: udp, port: 53, protocol: UDP }\n`
    const more = `apiVersion: gateway.networking.k8s.io/v1\nkind: ListenerSet\nmetadata: { name: s, namespace: shop }\nspec: { parentRef: { name: kube, namespace: istio-system }, listeners: [] }\n---\napiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: { name: p, namespace: shop }\nspec: { targetRefs: [{ group: "", kind: Service, name: web, sectionName: none }, { group: "", kind: Service, name: web }], validation: { hostname: x, caCertificateRefs: [{ group: "", kind: ConfigMap, name: gone }] } }`
    expect(findings(more, yaml).map((problem) => [problem.code, problem.subject.name, problem.path])).toEqual([
      ['MER067', 'kube', 'spec.listeners[1]'], ['MER068', 'kube', 'spec.listeners[2].protocol'], ['MER069', 's', 'spec.parentRef'], ['MER070', 'p', 'spec.targetRefs[0]'], ['MER071', 'p', 'spec.validation.caCertificateRefs[0]'],
    ])
  })

  it('[GA4] MER073 tells of a GRPCRoute with the name of an HTTPRoute', () => {
    const found = findings(route(`${parent}\n  hostnames: [a.example.com]\n  ${served}`) + route(`${parent}\n  hostnames: [b.example.com]\n  ${served}`, 'GRPCRoute'))
    expect(found.map((problem) => [problem.code, problem.subject.kind, problemText(problem)])).toEqual([['MER073', 'GRPCRoute', 'an HTTPRoute is also called shop/r: istiod mixes the two up, and this route opens no virtual host for b.example.com']])
  })

  it.each([['v1.0.0', 1], ['', 1], ['v1.1.0-rc.1', 0], ['v1.6.0', 0]])('[GA13] MER074 where a CRD is older than istiod demands: %s', (version, count) => {
    const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: grpcroutes.gateway.networking.k8s.io, annotations: { ${version === '' ? '' : `gateway.networking.k8s.io/bundle-version: ${version}`} } }\n`
    const found = findings(route(`${parent}\n  hostnames: [b.example.com]\n  ${served}`, 'GRPCRoute') + crd)
    expect(found.map((problem) => problem.code)).toEqual(count === 1 ? ['MER074'] : [])
  })

  it('[IN1][IN2] tells what of an Ingress istiod passes over', () => {
    const ingress = `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, namespace: shop, annotations: { kubernetes.io/ingress.class: istio } }\nspec: { defaultBackend: { service: { name: web, port: { number: 80 } } }, tls: [{ hosts: [a.example.com] }], rules: [{ http: { paths: [{ path: /a, pathType: Prefix, backend: { service: { name: web, port: { name: none } } } }, { path: /b, pathType: Prefix, backend: { service: { name: gone, port: { number: 80 } } } }] } }] }\n`
    expect(findings(ingress).map((problem) => [problem.code, problem.path])).toEqual([
      ['IST0101', 'spec.rules[0].http.paths[1].backend.service'], ['MER076', 'spec.rules[0].http.paths[0].backend'], ['MER075', 'spec.defaultBackend'], ['MER077', 'spec.tls[0]'],
    ])
  })

  it('[GA12] takes a policy\'s CA for there where certificates are not seen', () => {
    const policy = 'apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: { name: p, namespace: shop }\nspec: { targetRefs: [{ group: "", kind: Service, name: web }], validation: { hostname: x, caCertificateRefs: [{ group: "", kind: ConfigMap, name: ca }] } }\n'
    const snapshot = snapshotFrom(`${base}---\n${policy}`)
    const compiled = gatewayWorkloads(snapshot).map((gateway) => compile(snapshot, gateway, { secrets: 'unseen' }))
    expect(compiled.map(({ findings: found }) => found)).toEqual([[]])
    expect(JSON.stringify(compiled[0]?.cluster('outbound|80||web.shop.svc.cluster.local'))).toContain('configmap://shop/ca-cacert')
  })
})
