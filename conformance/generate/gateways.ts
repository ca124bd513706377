import type { JsonObject } from '@/lib/std/json'
import { gatewayNames, hosts, oddHosts, namespaces, networking, object } from './names'
import { compact, type Random } from './random'

const selectors: readonly (JsonObject | undefined)[] = [{ istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { app: 'istio-ingressgateway', istio: 'ingressgateway' }, { istio: 'other' }, {}, undefined]

/** Gateways with overlapping ports and hosts. */
export function gateways(random: Random): JsonObject[] {
  const names = random.rare(0.15) ? [...gatewayNames, 'fifth'] : random.some(gatewayNames, 4, 1)
  return names.map((name) => object(random, { apiVersion: networking(random), kind: 'Gateway', namespace: random.pick(['istio-system', 'istio-system', ...namespaces]), name }, {
    spec: compact({ selector: random.pick(selectors), servers: random.times(random.rare(0.02) ? 0 : 1, random.rare(0.1) ? 6 : 3, (index) => server(random, index)) }),
  }))
}

function server(random: Random, index: number): JsonObject {
  const kind = random.pick(['HTTP', 'HTTP', 'HTTP', 'HTTP2', 'GRPC', 'HTTPS', 'HTTPS', 'TLS', 'TCP', 'TCP', 'MONGO', 'http', 'GRPC-Web', ...random.wide(['MYSQL', 'REDIS', 'UDP', 'HTTP_PROXY', 'tls', 'nonsense'])])
  const protocol = kind.toUpperCase()
  const ports = protocol === 'HTTPS' || protocol === 'TLS' ? [443, 443, 8443, 15443] : kind === 'TCP' || kind === 'MONGO' ? [3306, 3306, 80, 9000] : [80, 80, 80, 8080, 9999]
  return compact({
    port: { number: random.pick(ports), name: random.pick([`port-${index}`, `${kind.toLowerCase()}-${index}`, 'http', 'same']), protocol: kind },
    hosts: random.some([...hosts, ...random.wide(oddHosts)], 3, random.chance(0.02) ? 0 : 1).map((host) => random.chance(0.15) ? `${random.pick(['.', '*', 'shop', 'team-b', 'istio-system'])}/${host}` : host),
    name: random.maybe(0.2, () => random.pick(['named', 'second'])),
    bind: random.maybe(0.06, () => random.pick(['127.0.0.1', '10.0.0.1', '0.0.0.0', ...random.wide(['::', '2001:db8::5'])])),
    defaultEndpoint: random.rarely(0.02, () => '127.0.0.1:8080'),
    tls: tls(random, protocol),
  })
}

function tls(random: Random, protocol: string): JsonObject | undefined {
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return random.maybe(0.12, () => random.rare(0.1) ? { mode: 'SIMPLE', credentialName: 'web-cert' } : { httpsRedirect: true })
  if (random.rare(0.03)) return undefined
  const mode = protocol === 'HTTPS'
    ? random.pick(['SIMPLE', 'SIMPLE', 'SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL', 'PASSTHROUGH'])
    : random.pick(['PASSTHROUGH', 'PASSTHROUGH', 'PASSTHROUGH', 'AUTO_PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'])
  const certified = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL'
  return compact({
    mode,
    ...(certified ? certificates(random, mode) : {}),
    httpsRedirect: random.maybe(0.05, () => true),
    minProtocolVersion: random.maybe(0.1, () => random.pick(['TLSV1_2', 'TLSV1_3', 'TLSV1_0'])),
    maxProtocolVersion: random.maybe(0.05, () => random.pick(['TLSV1_3', ...random.wide(['TLSV1_2', 'TLS_AUTO'])])),
    cipherSuites: random.maybe(0.08, () => random.some(['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'NOT-A-CIPHER'], 2, 1)),
    subjectAltNames: random.maybe(0.08, () => ['client.example.com']),
    verifyCertificateSpki: random.rarely(0.03, () => ['NvqYIYSbgK2vCJpQhObf77vv+bQWtc5ek5RIOwPiC9A=']),
    caCrl: random.rarely(0.03, () => '/etc/certs/crl.pem'),
    verifyCertificateHash: random.maybe(0.03, () => ['0000000000000000000000000000000000000000000000000000000000000000']),
  })
}

function certificates(random: Random, mode: string): JsonObject {
  if (random.rare(0.05)) return {}
  if (random.chance(0.8)) return random.chance(0.06) ? { credentialNames: ['rsa-cert', 'ecdsa-cert'] } : { credentialName: random.pick(['web-cert', 'other-cert', 'missing-cert']) }
  return compact({ serverCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key', caCertificates: mode === 'SIMPLE' && !random.rare(0.2) ? undefined : '/etc/certs/ca.crt' })
}
