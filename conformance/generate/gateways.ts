import type { JsonObject } from '@/lib/std/json'
import { gatewayNames, hosts, namespaces, networking, object } from './names'
import { compact, type Random } from './random'

const selectors: readonly (JsonObject | undefined)[] = [{ istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { istio: 'ingressgateway' }, { app: 'istio-ingressgateway', istio: 'ingressgateway' }, { istio: 'other' }, {}, undefined]

/** Gateways with overlapping ports and hosts. */
export function gateways(random: Random): JsonObject[] {
  return random.some(gatewayNames, 4, 1).map((name) => object(random, { apiVersion: networking(random), kind: 'Gateway', namespace: random.pick(['istio-system', 'istio-system', ...namespaces]), name }, {
    spec: compact({ selector: random.pick(selectors), servers: random.times(1, 3, (index) => server(random, index)) }),
  }))
}

function server(random: Random, index: number): JsonObject {
  const kind = random.pick(['HTTP', 'HTTP', 'HTTP', 'HTTP2', 'GRPC', 'HTTPS', 'HTTPS', 'TLS', 'TCP', 'TCP', 'MONGO', 'http', 'GRPC-Web'])
  const ports = kind === 'HTTPS' || kind === 'TLS' ? [443, 443, 8443, 15443] : kind === 'TCP' || kind === 'MONGO' ? [3306, 3306, 80, 9000] : [80, 80, 80, 8080, 9999]
  return compact({
    port: { number: random.pick(ports), name: random.pick([`port-${index}`, `${kind.toLowerCase()}-${index}`, 'http', 'same']), protocol: kind },
    hosts: random.some(hosts, 3, random.chance(0.02) ? 0 : 1).map((host) => random.chance(0.15) ? `${random.pick(['.', '*', 'shop', 'team-b', 'istio-system'])}/${host}` : host),
    name: random.maybe(0.2, () => random.pick(['named', 'second'])),
    bind: random.maybe(0.06, () => random.pick(['127.0.0.1', '10.0.0.1', '0.0.0.0'])),
    tls: tls(random, kind),
  })
}

function tls(random: Random, protocol: string): JsonObject | undefined {
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return random.maybe(0.12, () => ({ httpsRedirect: true }))
  const mode = protocol === 'HTTPS'
    ? random.pick(['SIMPLE', 'SIMPLE', 'SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL', 'PASSTHROUGH'])
    : random.pick(['PASSTHROUGH', 'PASSTHROUGH', 'PASSTHROUGH', 'AUTO_PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'])
  const certified = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL'
  return compact({
    mode,
    ...(certified ? certificates(random, mode) : {}),
    httpsRedirect: random.maybe(0.05, () => true),
    minProtocolVersion: random.maybe(0.1, () => random.pick(['TLSV1_2', 'TLSV1_3', 'TLSV1_0'])),
    maxProtocolVersion: random.maybe(0.05, () => 'TLSV1_3'),
    cipherSuites: random.maybe(0.08, () => random.some(['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'NOT-A-CIPHER'], 2, 1)),
    subjectAltNames: random.maybe(0.08, () => ['client.example.com']),
    verifyCertificateHash: random.maybe(0.03, () => ['0000000000000000000000000000000000000000000000000000000000000000']),
  })
}

function certificates(random: Random, mode: string): JsonObject {
  if (random.chance(0.8)) return random.chance(0.06) ? { credentialNames: ['rsa-cert', 'ecdsa-cert'] } : { credentialName: random.pick(['web-cert', 'other-cert', 'missing-cert']) }
  return compact({ serverCertificate: '/etc/certs/tls.crt', privateKey: '/etc/certs/tls.key', caCertificates: mode === 'SIMPLE' ? undefined : '/etc/certs/ca.crt' })
}
