import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { kindOf, type KindKey } from '../kinds'
import { refOf, type KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { analyse } from './analyse'
import { codes } from './codes'

const folder = join(import.meta.dirname, '..')

function sources(tests: boolean): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file.endsWith('.test.ts') === tests && !/analyse\/(edge|kube)-codes\.ts$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
}

function codesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\b(?:IST|MER)[0-9]{4}\b|\bMER[0-9]{3}\b/g)].map(([code]) => code))].sort()
}

/** Of the validator's own warnings these two have codes in previews only: over the cluster MER014 tells of dead rules. */
const previewOnly = ['IST0130', 'IST0131']

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value
}

function snapshotFrom(yaml: string) {
  return snapshotOf(parseAllDocuments(yaml).flatMap((document): (readonly [KindKey, KubeObject])[] => {
    const value: unknown = document.toJS()
    if (!isObject(value)) return []
    const ref = refOf(value)
    const kind = kindOf(ref.group, ref.kind)
    return kind ? [[kind.key, value]] : []
  }))
}

function findings(yaml: string): string[] {
  return analyse({ snapshot: snapshotFrom(yaml), compiled: [] }).map(({ code, subject, path }) => `${code} ${subject.name} ${path}`)
}

/** What the translation itself finds. */
function dropped(yaml: string): string[] {
  return compile(snapshotFrom(yaml), { namespace: 'infra', name: 'edge', labels: { istio: 'edge' } }).findings.map(({ code, subject, path }) => `${code} ${subject.name} ${path}`)
}

function gateway(name: string, hosts: string, more = ''): string {
  return `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: ${name}, namespace: infra }\nspec: { selector: { istio: edge }, servers: [{ port: { number: 443, name: a, protocol: ${more === '' ? 'TCP' : 'HTTPS'} }, hosts: ${hosts}${more} }] }\n---\n`
}

function virtualService(hosts: string, more = ''): string {
  return `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: v, namespace: shop }\nspec: { hosts: ${hosts}, gateways: [infra/g], tcp: [{ route: [{ destination: { host: web.shop.svc.cluster.local } }] }]${more} }\n---\n`
}

function serviceEntry(more: string, resolution: string): string {
  return `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: e, namespace: shop }\nspec: { resolution: ${resolution}, ports: [{ number: 80, name: http, protocol: HTTP }], ${more} }\n---\n`
}

const labelFailover = 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: d, namespace: shop }\nspec: { host: a.example.com, trafficPolicy: { outlierDetection: { interval: 5s }, loadBalancer: { localityLbSetting: { failoverPriority: [topology.kubernetes.io/region] } } } }\n---\n'

function destinationRule(host: string): string {
  return `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: d, namespace: shop }\nspec: { host: ${host}, trafficPolicy: { outlierDetection: { interval: 5s }, portLevelSettings: [{ port: { number: 80 }, outlierDetection: { interval: 5s } }] } }\n---\n`
}

const tls = ', tls: { mode: SIMPLE, credentialName: c }'

describe('codes', () => {
  it('registers every code that the engine names, and no other', () => {
    expect(Object.keys(codes).sort()).toEqual(codesIn(sources(false)).filter((code) => !previewOnly.includes(code)))
  })

  it('has a test for every code', () => {
    const tested = codesIn(sources(true))
    expect(Object.keys(codes).filter((code) => !tested.includes(code))).toEqual([])
  })

  it('says something of each, whatever its parameters', () => {
    for (const [code, { title, explanation, action, text }] of Object.entries(codes)) expect([code, title, explanation, action, text({ reason: 'because' })].filter((part) => part === '')).toEqual([])
  })

  it.each([
    ['IST0132 a host that no server has', gateway('g', '[a.example.com]') + virtualService('[b.example.com]'), ['IST0132 v spec.gateways[0]']],
    ['no IST0132 where one host meets', gateway('g', '["*.example.com"]') + virtualService('[b.example.com, c.other.com]'), []],
    ['no IST0132 for a wildcard over a server', gateway('g', '[a.example.com]') + virtualService('["*.example.com"]'), []],
    ['IST0132 where the server is for another namespace', gateway('g', '[other/a.example.com]') + virtualService('[a.example.com]'), ['IST0132 v spec.gateways[0]']],
    ['MER020 hosts that differ in case', gateway('g', '[A.example.com]') + virtualService('[a.example.com]'), ['MER020 v spec.hosts[0]']],
    ['IST0145 one host in two Gateways', gateway('g', '[a.example.com]') + gateway('h', '[a.example.com]'), ['IST0145 h spec.servers[0].hosts[0]']],
    ['MER022 one SNI under two namespaces', gateway('g', '[x/a.example.com]', tls) + gateway('h', '[y/a.example.com]', tls), ['MER022 h spec.servers[0].hosts[0]']],
    ['IST0106 what istiod refuses', gateway('g', '[a]'), ['IST0106 g spec.servers[0].hosts[0]']],
    ['IST0133 what istiod warns of', gateway('g', '[a.example.com]', ', tls: { mode: SIMPLE, credentialName: c, cipherSuites: [NOPE] }'), ['IST0133 g spec.servers[0].tls.cipherSuites[0]']],
    ['MER002 a selecting ServiceEntry without a readable address', serviceEntry('hosts: [a.example.com], addresses: [nowhere], workloadSelector: { labels: { app: x } }', 'STATIC'), ['IST0106 e spec.addresses[0]', 'MER002 e spec.addresses']],
    ['no MER002 with one that can be read, or without a selector', serviceEntry('hosts: [a.example.com], addresses: [192.0.2.1], workloadSelector: { labels: { app: x } }', 'STATIC') + serviceEntry('hosts: [a.example.com], addresses: [192.0.2.1]', 'STATIC'), []],
    ['MER003 outlier detection for a forward proxy', serviceEntry('hosts: ["*.example.com"]', 'DYNAMIC_DNS') + destinationRule('"*.example.com"'), ['MER003 d spec.trafficPolicy.outlierDetection', 'MER003 d spec.trafficPolicy.portLevelSettings[0].outlierDetection']],
    ['no MER003 for a host that is resolved before', serviceEntry('hosts: ["*.example.com"]', 'NONE') + destinationRule('"*.example.com"'), []],
    ['no MER003 for another host', serviceEntry('hosts: ["*.example.com"]', 'DYNAMIC_DNS') + destinationRule('a.example.com'), []],
    ['MER004 destinations without a weight', gateway('g', '[a.example.com]') + virtualService('[a.example.com]', ', tls: [{ match: [{ sniHosts: [a.example.com] }], route: [{ destination: { host: web.shop.svc.cluster.local }, weight: 0 }, { destination: { host: web.shop.svc.cluster.local }, weight: 0 }] }]'), ['IST0106 v spec.tls[0].route', 'MER004 v spec.tls[0].route']],
    ['MER005 failover by labels over localities', serviceEntry('hosts: [a.example.com], endpoints: [{ address: x.example, locality: a }, { address: y.example, locality: b }]', 'DNS') + labelFailover, ['MER005 d spec.trafficPolicy.loadBalancer.localityLbSetting.failoverPriority']],
    ['no MER005 in one locality', serviceEntry('hosts: [a.example.com], endpoints: [{ address: x.example, locality: a }, { address: y.example, locality: a }]', 'DNS') + labelFailover, []],
    ['MER023 fields of the wrong type', 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: d }\nspec: { host: a.b, subsets: 5 }\n', ['MER023 d spec.subsets']],
  ])('%s', (_, yaml, expected) => { expect(findings(yaml)).toEqual(expected) })

  it('MER011 tells of a TLS host that another server has, MER010 of a port that is taken', () => {
    expect(dropped(gateway('g', '[a.example.com]', tls) + gateway('h', '[a.example.com]', tls))).toEqual(['MER011 h spec.servers[0]'])
    expect(dropped(gateway('g', '[a.example.com]') + gateway('h', '[b.example.com]'))).toEqual(['MER010 h spec.servers[0]'])
  })

  it('MER072 tells of a policy whose target an older one has', () => {
    const policy = (name: string, created: string) => `apiVersion: gateway.networking.k8s.io/v1\nkind: BackendTLSPolicy\nmetadata: { name: ${name}, namespace: shop, uid: ${name}, creationTimestamp: "${created}" }\nspec: { targetRefs: [{ group: "", kind: Service, name: web }], validation: { hostname: x, wellKnownCACertificates: System } }\n---\n`
    const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: shop }\nspec: { ports: [{ name: http, port: 80 }] }\n---\n'
    expect(dropped(service + policy('old', '2026-01-01T00:00:00Z') + policy('new', '2026-02-01T00:00:00Z'))).toEqual(['MER072 new spec.targetRefs[0]'])
  })
})
