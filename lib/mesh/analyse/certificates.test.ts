import { expect, it } from 'vitest'
import type { KubeObject } from '../resource'
import { snapshotOf } from '../snapshot'
import { compile } from '../translate/compile'
import { serverCertificates, type ServedCertificate } from './certificates'
import { problemText } from './problem-text'

function told(servers: KubeObject['spec'], certificates: readonly ServedCertificate[]) {
  const gateway: KubeObject = { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'g', namespace: 'infra' }, spec: { selector: { istio: 'edge' }, servers: servers ?? [] } }
  const compiled = compile(snapshotOf([['gateways.networking.istio.io', gateway]]), { namespace: 'infra', name: 'edge', labels: { istio: 'edge' } })
  return serverCertificates(compiled, certificates).map(({ server, daysLeft, problems }) => [server.path, daysLeft, problems.map((problem) => `${problem.code} ${problem.severity} ${problem.path}: ${problemText(problem)}`)])
}

const https = (hosts: readonly string[], tls: KubeObject['spec'] = { mode: 'SIMPLE', credentialName: 'c' }) => [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts, tls }]

it.each([
  ['nothing of a certificate that is for all hosts and lasts', https(['a.example.com', 'b.example.com']), [{ names: ['*.example.com'], daysLeft: 71 }], [['spec.servers[0]', 71, []]]],
  ['MER040 a certificate that ends soon', https(['a.example.com']), [{ names: ['a.example.com'], daysLeft: 20 }], [['spec.servers[0]', 20, ['MER040 warning spec.servers[0].tls: the certificate for a.example.com ends in 20 days']]]],
  ['MER040 an error in the last week and after', https(['a.example.com']), [{ names: ['A.example.com'], daysLeft: -1 }], [['spec.servers[0]', -1, ['MER040 error spec.servers[0].tls: the certificate for a.example.com has ended']]]],
  ['no MER040 where another one for the host lasts', https(['a.example.com']), [{ names: ['a.example.com'], daysLeft: 2 }, { names: ['*.example.com'], daysLeft: 90 }], [['spec.servers[0]', 90, []]]],
  ['MER041 a host that no certificate is for', https(['a.example.com', 'x.y.example.com', '*.example.com']), [{ names: ['*.example.com'], daysLeft: 71 }], [['spec.servers[0]', 71, ['MER041 warning spec.servers[0].tls: no certificate that Envoy has is for x.y.example.com']]]],
  ['nothing of servers for every name, of pass-through, and of the mesh’s own certificate', [...https(['*']), { port: { number: 8443, name: 'tls', protocol: 'TLS' }, hosts: ['p.example.com'], tls: { mode: 'PASSTHROUGH' } }, { port: { number: 9443, name: 'mesh', protocol: 'TLS' }, hosts: ['m.example.com'], tls: { mode: 'ISTIO_MUTUAL' } }], [], []],
])('%s', (_, servers, certificates, expected) => { expect(told(servers, certificates)).toEqual(expected) })
