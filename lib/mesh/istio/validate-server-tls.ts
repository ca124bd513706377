import { serverCiphers } from './ciphers'
import type { Fields } from './read'
import type { Report } from './validation-report'

const sources = ['serverCertificate', 'privateKey', 'caCertificates', 'credentialName'] as const

/** Rules of a server's `tls` (validateTLSOptions). */
export function validateServerTls(tls: Fields, report: Report): void {
  const text = (key: string): string => tls.string(key) ?? ''
  const at = (key: string): string => `${tls.path}.${key}`
  const mode = tls.string('mode') ?? 'PASSTHROUGH'
  const [names, pairs] = [tls.strings('credentialNames'), tls.objects('tlsCertificates')]
  validateCiphers(tls, report)
  if (mode === 'ISTIO_MUTUAL') {
    for (const key of sources) if (text(key) !== '') report.error(at(key), `ISTIO_MUTUAL uses the workload's own certificate: ${key} may not be set`)
    if (pairs.length > 0) report.error(at('tlsCertificates'), "ISTIO_MUTUAL uses the workload's own certificate: tlsCertificates may not be set")
    if (names.length > 0) report.error(at('credentialNames'), "ISTIO_MUTUAL uses the workload's own certificate: credentialNames may not be set")
    return
  }
  const passthrough = mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH'
  if (passthrough && ([...sources, 'caCrl'].some((key) => text(key) !== '') || pairs.length > 0 || names.length > 0)) report.warn(tls.path, `mode ${mode} uses no certificates: they are ignored`)
  const given = [text('serverCertificate') !== '' && text('privateKey') !== '', text('credentialName') !== '', names.length > 0, pairs.length > 0].filter(Boolean)
  if (given.length > 1) report.error(tls.path, 'only one of credentialName, credentialNames, tlsCertificates and serverCertificate with privateKey may be set')
  const terminates = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL'
  if (terminates && (text('credentialName') !== '' || names.length > 0)) return
  if (terminates) validateFiles(tls, { mode, pairs, report })
  if (text('caCrl') === '') return
  if (text('credentialName') !== '') report.error(at('caCrl'), 'with credentialName the revocation list is in the Secret')
  if (mode === 'SIMPLE') report.error(at('caCrl'), 'mode SIMPLE looks at no client certificate: a revocation list has no use')
}

function validateFiles(tls: Fields, { mode, pairs, report }: { readonly mode: string; readonly pairs: readonly Fields[]; readonly report: Report }): void {
  if (mode !== 'SIMPLE' && (tls.string('caCertificates') ?? '') === '') report.error(`${tls.path}.caCertificates`, `mode ${mode} needs the CA of the clients`)
  if (pairs.length > 2) report.warn(`${tls.path}.tlsCertificates`, 'only the first two certificates are used')
  for (const pair of pairs.length > 0 ? pairs : [tls]) {
    if ((pair.string('serverCertificate') ?? '') === '') report.error(`${pair.path}.serverCertificate`, `mode ${mode} needs a certificate`)
    if ((pair.string('privateKey') ?? '') === '') report.error(`${pair.path}.privateKey`, `mode ${mode} needs a private key`)
  }
}

function validateCiphers(tls: Fields, report: Report): void {
  const suites = tls.strings('cipherSuites')
  const minimum = tls.string('minProtocolVersion')
  if ((minimum === 'TLSV1_0' || minimum === 'TLSV1_1') && suites.length === 0) report.warn(`${tls.path}.minProtocolVersion`, 'below TLSV1_2 no cipher is on by default: name cipherSuites that fit')
  const seen = new Set<string>()
  suites.forEach((suite, index) => {
    if (!isValidCipher(suite)) report.warn(`${tls.path}.cipherSuites[${index}]`, `there is no cipher suite ${JSON.stringify(suite)}: it is ignored`)
    else if (seen.has(suite)) report.warn(`${tls.path}.cipherSuites[${index}]`, `cipher suite ${suite} is named twice`)
    seen.add(suite)
  })
}

/** security.IsValidCipherSuite: what begins with an operator is taken unread. */
function isValidCipher(suite: string): boolean {
  return suite === '' || suite === 'ALL' || !/^[\p{L}\p{N}]/u.test(suite) || serverCiphers.has(suite)
}
