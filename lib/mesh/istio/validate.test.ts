import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { KubeObject } from '../resource'
import { validate } from './validate'

function objectOf(kind: string, spec: string, metadata: Record<string, unknown> = {}): KubeObject {
  const group = /Policy|Authentication/.test(kind) ? 'security.istio.io/v1' : kind === 'Telemetry' ? 'telemetry.istio.io/v1' : kind === 'WasmPlugin' ? 'extensions.istio.io/v1alpha1' : 'networking.istio.io/v1'
  const read = z.record(z.string(), z.json()).parse(parse(spec))
  return { apiVersion: group, kind, metadata: { name: 'x', namespace: 'shop', ...metadata }, spec: read }
}

function said(object: KubeObject): string[] {
  return validate(object).findings.map(({ level, path, code }) => [level, path, ...(code === undefined ? [] : [code])].join(' '))
}

const route = 'route: [{destination: {host: web}}]'

const cases: readonly (readonly [rule: string, kind: string, spec: string, expected: readonly string[]])[] = [
  ['[VA2] a sound Gateway', 'Gateway', '{servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}', []],
  ['[VA2] no server', 'Gateway', '{}', ['error spec.servers']],
  ['[VA2] a short host', 'Gateway', '{servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [web]}]}', ['error spec.servers[0].hosts[0]']],
  ['[VA2] HTTPS without tls', 'Gateway', '{servers: [{port: {number: 443, name: s, protocol: HTTPS}, hosts: [a.b]}]}', ['error spec.servers[0].tls']],
  ['[VA2] two ports of one name', 'Gateway', '{servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [a.b]}, {port: {number: 81, name: h, protocol: HTTP}, hosts: [a.b]}]}', ['error spec.servers[1].port.name']],
  ['[VA2] MUTUAL without a CA', 'Gateway', '{servers: [{port: {number: 443, name: s, protocol: HTTPS}, hosts: [a.b], tls: {mode: MUTUAL, serverCertificate: a, privateKey: b}}]}', ['error spec.servers[0].tls.caCertificates']],
  ['[VA2] a cipher that there is not', 'Gateway', '{servers: [{port: {number: 443, name: s, protocol: HTTPS}, hosts: [a.b], tls: {mode: SIMPLE, credentialName: a, cipherSuites: [NOPE]}}]}', ['warning spec.servers[0].tls.cipherSuites[0]']],
  ['[VA3] a sound VirtualService', 'VirtualService', `{hosts: [a.b], gateways: [g], http: [{${route}}]}`, []],
  ['[VA3] * on the mesh', 'VirtualService', `{hosts: ["*"], http: [{${route}}]}`, ['error spec.hosts[0]']],
  ['[VA3] hosts that overlap', 'VirtualService', `{hosts: ["*.b", a.b], gateways: [g], http: [{${route}}]}`, ['error spec.hosts[1]']],
  ['[VA3] the old form of a gateway', 'VirtualService', `{hosts: [a.b], gateways: [g.ns.svc.cluster.local], http: [{${route}}]}`, ['warning spec.gateways[0]']],
  ['[VA3] nothing to do', 'VirtualService', '{hosts: [a.b], http: [{}]}', ['error spec.http[0].route']],
  ['[VA3] route beside redirect', 'VirtualService', `{hosts: [a.b], http: [{redirect: {uri: /x}, ${route}}]}`, ['error spec.http[0].route']],
  ['[VA3] a delegate with gateways', 'VirtualService', `{gateways: [g], http: [{${route}}]}`, ['error spec.gateways']],
  ['[VA3] weights of 0', 'VirtualService', '{hosts: [a.b], http: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]}', ['error spec.http[0].route']],
  ['[VA1] an expression that RE2 refuses', 'VirtualService', `{hosts: [a.b], http: [{match: [{uri: {regex: "(?!a)"}}], ${route}}]}`, ['error spec.http[0].match[0].uri.regex']],
  ['[VA1] a timeout of nothing', 'VirtualService', `{hosts: [a.b], http: [{timeout: 0s, ${route}}]}`, ['error spec.http[0].timeout']],
  ['[VA3] a percent sign in a header', 'VirtualService', `{hosts: [a.b], http: [{headers: {request: {set: {x-a: "5%"}}}, ${route}}]}`, ['error spec.http[0].headers.request.set.x-a']],
  ['[VA3] an SNI host elsewhere', 'VirtualService', `{hosts: [a.b], gateways: [g], tls: [{match: [{sniHosts: [c.d]}], ${route}}]}`, ['error spec.tls[0].match[0].sniHosts[0]']],
  ['[VA4] after a rule without match', 'VirtualService', `{hosts: [a.b], http: [{${route}}, {${route}}]}`, ['warning spec.http[1] IST0130']],
  ['[VA4] the same match twice', 'VirtualService', `{hosts: [a.b], http: [{match: [{uri: {exact: /a}}], ${route}}, {match: [{uri: {exact: /a}, name: n}], ${route}}]}`, ['warning spec.http[1].match[0] IST0131', 'warning spec.http[1] IST0130']],
  ['[VA4] under an earlier prefix', 'VirtualService', `{hosts: [a.b], http: [{match: [{uri: {prefix: /a}}], ${route}}, {match: [{uri: {prefix: /a/b}}], ${route}}]}`, ['warning spec.http[1].match[0] IST0131']],
  ['[VA5] a policy that says nothing', 'DestinationRule', '{host: a.b, trafficPolicy: {}}', ['error spec.trafficPolicy']],
  ['[VA5] two subsets of one name', 'DestinationRule', '{host: a.b, subsets: [{name: v1}, {name: v1}]}', ['error spec.subsets[1].name']],
  ['[VA5] MUTUAL without certificate', 'DestinationRule', '{host: a.b, trafficPolicy: {tls: {mode: MUTUAL}}}', ['error spec.trafficPolicy.tls.clientCertificate', 'error spec.trafficPolicy.tls.privateKey']],
  ['[VA6] resolution NONE with endpoints', 'ServiceEntry', '{hosts: [a.b], resolution: NONE, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: 1.2.3.4}]}', ['error spec.endpoints']],
  ['[VA6] a static name', 'ServiceEntry', '{hosts: [a.b], resolution: STATIC, ports: [{number: 80, name: http, protocol: HTTP}], endpoints: [{address: c.d}]}', ['error spec.endpoints[0].address']],
  ['[VA6] no address', 'WorkloadEntry', '{}', ['error spec.address']],
  ['[VA6] no template', 'WorkloadGroup', '{}', ['error spec.template']],
  ['[VA7] an empty Sidecar', 'Sidecar', '{}', ['error spec']],
  ['[VA7] hosts without namespace', 'Sidecar', '{egress: [{hosts: [a.b]}]}', ['error spec.egress[0].hosts[0]']],
  ['[VA8] DENY without rules', 'AuthorizationPolicy', '{action: DENY}', ['error spec.rules']],
  ['[VA8] DENY of HTTP attributes', 'AuthorizationPolicy', '{action: DENY, rules: [{to: [{operation: {paths: [/a]}}]}]}', ['warning spec.rules[0]']],
  ['[VA8] an address range', 'AuthorizationPolicy', '{rules: [{from: [{source: {ipBlocks: [10.0.0.0/33]}}]}]}', ['error spec.rules[0].from[0].source.ipBlocks']],
  ['[VA9] no issuer', 'RequestAuthentication', '{jwtRules: [{}]}', ['error spec.jwtRules[0]']],
  ['[VA9] a private key', 'RequestAuthentication', `{jwtRules: [{issuer: a, jwks: '{"keys":[{"kty":"oct","k":"YWJj"}]}'}]}`, ['warning spec.jwtRules[0].jwks']],
  ['[VA9] ports for everybody', 'PeerAuthentication', '{portLevelMtls: {"80": {mode: STRICT}}}', ['error spec.portLevelMtls']],
  ['[VA10] no CEL', 'Telemetry', '{accessLogging: [{filter: {expression: "response.code >"}}]}', ['error spec.accessLogging[0].filter.expression']],
  ['[VA10] no url', 'WasmPlugin', '{}', ['error spec.url']],
  ['[VA10] concurrency', 'ProxyConfig', '{concurrency: -1}', ['error spec.concurrency']],
  ['[VA10] any EnvoyFilter', 'EnvoyFilter', '{}', ['warning spec']],
  ['[VA11] the own namespace twice', 'DestinationRule', '{host: a.b, exportTo: [., shop]}', ['error spec.exportTo[1]']],
]

describe('validate', () => {
  it.each(cases)('%s', (_, kind, spec, expected) => { expect(said(objectOf(kind, spec))).toEqual(expected) })

  it('[VA1] refuses annotations that only istiod may set', () => {
    expect(said(objectOf('WorkloadEntry', '{address: 1.2.3.4}', { annotations: { 'internal.istio.io/parents': 'x' } }))).toEqual(['error metadata.annotations.internal.istio.io/parents'])
  })

  it('[VA12] tells fields of the wrong type', () => {
    expect(validate(objectOf('Gateway', '{servers: 5}')).unreadable.map(({ path }) => path)).toEqual(['spec.servers'])
  })

  it('[VA1] keeps the private parts of keys to itself', () => {
    const { findings } = validate(objectOf('RequestAuthentication', `{jwtRules: [{issuer: a, jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'}]}`))
    expect(JSON.stringify(findings)).not.toContain('c2VjcmV0')
  })

  it('[VA4] takes time in proportion to 5,000 rules', () => {
    const http = Array.from({ length: 5_000 }, (_, index) => ({ match: [{ uri: { prefix: `/a${index}/x` } }], route: [{ destination: { host: 'web' } }] }))
    const object: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'x' }, spec: { hosts: ['a.b'], gateways: ['g'], http } }
    expect(validate(object).findings).toEqual([])
  })
})
