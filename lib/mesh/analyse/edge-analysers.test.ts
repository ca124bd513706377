import { expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import { refOf, type KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { gatewayWorkloads } from '../translate/gateway-workloads'
import { analyse } from './analyse'
import { problemText } from './problem-text'

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

const object = (apiVersion: string, kind: string, name: string, rest: string, namespace = 'shop') => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\n${rest}\n---\n`
const gateway = (servers: string, selector = '{ istio: edge }') => object('networking.istio.io/v1', 'Gateway', 'g', `spec: { selector: ${selector}, servers: ${servers} }`, 'infra')
const http = '[{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }]'
const pod = (name: string, labels: string, namespace = 'shop') => `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${namespace}, labels: ${labels} }\n---\n`
const service = (name: string, ports: string, more = '', namespace = 'shop') => object('v1', 'Service', name, `spec: { ports: ${ports}${more} }`, namespace)
const virtualService = (spec: string) => object('networking.istio.io/v1', 'VirtualService', 'v', `spec: { hosts: [a.example.com], gateways: [infra/g], ${spec} }`)
const rule = (destination: string, more = '') => `http: [{ route: [{ destination: ${destination} }]${more} }]`
const destinationRule = (host: string, subsets = '[]') => object('networking.istio.io/v1', 'DestinationRule', 'd', `spec: { host: ${host}, subsets: ${subsets} }`)
const slice = (pods: readonly string[]) => `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: web-x, namespace: shop, labels: { kubernetes.io/service-name: web } }\nendpoints: [${pods.map((name, index) => `{ addresses: [10.1.0.${index + 1}], conditions: { ready: true }, targetRef: { kind: Pod, name: ${name} } }`).join(', ')}]\n---\n`

const web = service('web', '[{ name: http, port: 80 }]') + pod('web-1', '{ app: web, version: v1 }') + slice(['web-1'])
const edge = gateway(http) + pod('gw-1', '{ istio: edge }', 'infra')
const mesh = (text: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "${text}" }\n---\n`

function findings(yaml: string) {
  const snapshot = snapshotOf(parseAllDocuments(yaml).flatMap((document): (readonly [KindKey, KubeObject])[] => {
    const value: unknown = document.toJS()
    const kind = isObject(value) ? kindOf(refOf(value).group, value.kind) : undefined
    return kind && isObject(value) ? [[kind.key, value]] : []
  }))
  const compiled = gatewayWorkloads(snapshot).map((workload) => compile(snapshot, workload))
  return analyse({ snapshot, compiled }).map((problem) => `${problem.code} ${problem.subject.name} ${problem.path}: ${problemText(problem)}`)
}

it.each([
  ['nothing in a sound edge', edge + web + virtualService(rule('{ host: web }')) + destinationRule('web', '[{ name: v1, labels: { version: v1 } }]'), []],
  ['[VS3] MER030 a VirtualService that is not exported to the gateway', edge + web + virtualService(`exportTo: ["."], ${rule('{ host: web }')}`), ['MER030 v spec.exportTo: the pods of infra/g in namespace infra do not see this: exportTo is .']],
  ['[VS3] MER030 by the default of the mesh', edge + web + mesh('defaultVirtualServiceExportTo: [.]') + virtualService(rule('{ host: web }')), ['MER030 v spec.gateways[0]: the pods of infra/g in namespace infra do not see this: the mesh\'s default is not to export it']],
  ['no MER030 where it is exported by name', edge + web + virtualService(`exportTo: [infra], ${rule('{ host: web }')}`), []],
  ['IST0101 a selector that no pod fits', gateway(http, '{ istio: none }') + pod('gw-1', '{ istio: edge }', 'infra'), ['IST0101 g spec.selector: the selector istio=none is not there']],
  ['[GW2] IST0162 a port that the Service has not', edge + service('gw', '[{ name: https, port: 443, targetPort: 8443 }]', ', selector: { istio: edge }', 'infra'), ['IST0162 g spec.servers[0].port.number: no Service of the pods with istio=edge has port 80']],
  ['[GW2] no IST0162 where it is a target', edge + service('gw', '[{ name: https, port: 443, targetPort: 80 }]', ', selector: { istio: edge }', 'infra'), []],
  ['no IST0162 without a Service', edge, []],
  ['IST0118 a port that says no protocol', edge + web.replace('name: http,', 'name: main,') + virtualService(rule('{ host: web }')), ['IST0118 web spec.ports[0].name: port 80 (main) does not say its protocol']],
  ['no IST0118 by appProtocol, for well-known ports, or for other ports', edge + web.replace('{ name: http, port: 80 }', '{ name: main, port: 80, appProtocol: http }, { name: db, port: 3306 }, { name: x, port: 9 }') + virtualService(`http: [{ route: [{ destination: { host: web, port: { number: 80 } }, weight: 1 }, { destination: { host: web, port: { number: 3306 } }, weight: 1 }] }]`), []],
  ['IST0174 a DestinationRule for nothing', edge + web + destinationRule('gone'), ['IST0174 d spec.host: no Service or ServiceEntry has host gone']],
  ['no IST0174 for a wildcard', edge + web + destinationRule('"*.local"'), []],
  ['IST0173 a subset that fits no pod', edge + web + destinationRule('web', '[{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]'), ['IST0173 d spec.subsets[1].labels: subset v2 fits no pod of shop/web']],
  ['[RC5] MER031 a redirect of a host with a namespace', gateway('[{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop/a.example.com], tls: { httpsRedirect: true } }]') + pod('gw-1', '{ istio: edge }', 'infra'), ['MER031 g spec.servers[0].hosts: a.example.com is not redirected to https: with shop/ before it no request fits']],
  ['[RC5] no MER031 once a VirtualService binds the host', gateway('[{ port: { number: 80, name: http, protocol: HTTP }, hosts: [shop/a.example.com], tls: { httpsRedirect: true } }]') + pod('gw-1', '{ istio: edge }', 'infra') + web + virtualService(rule('{ host: web }')), []],
  ['[SIM16] MER032 two slashes', edge + web + virtualService(rule('{ host: web }', ', match: [{ uri: { prefix: /api } }], rewrite: { uri: / }')), ['MER032 v spec.http[0].rewrite.uri: /api/x becomes //x']],
  ['[SIM16] MER032 no slash', edge + web + virtualService(rule('{ host: web }', ', rewrite: { uri: /v2 }')), ['MER032 v spec.http[0].rewrite.uri: /x becomes /v2x']],
  ['[SIM16] no MER032 where both end alike, or the path is exact', edge + web + virtualService(rule('{ host: web }', ', match: [{ uri: { prefix: /api/ } }], rewrite: { uri: / }')) + virtualService(rule('{ host: web }', ', match: [{ uri: { exact: /api } }], rewrite: { uri: / }')).replace('name: v,', 'name: w,').replace('a.example.com', 'b.example.com'), []],
])('%s', (_, yaml, expected) => { expect(findings(yaml)).toEqual(expected) })
