import type { Fields } from './read'
import type { Report } from './validation-report'

/** Rules of a DestinationRule's `tls` (agent.ValidateTLS). */
export function validateClientTls(tls: Fields | undefined, report: Report, namespace: string): void {
  if (!tls) return
  const has = (key: string): boolean => (tls.string(key) ?? '') !== ''
  const [mode, credential] = [tls.string('mode') ?? 'DISABLE', tls.string('credentialName') ?? '']
  const names = tls.strings('subjectAltNames').length > 0
  if (credential.startsWith('configmap://')) {
    const [owner = '', name = ''] = credential.slice('configmap://'.length).split('/')
    if (owner === '' || name === '' || owner !== namespace) report.error(`${tls.path}.credentialName`, `a ConfigMap is written configmap://${namespace}/name: it is in the same namespace`)
  }
  if (tls.bool('insecureSkipVerify') === true) {
    const checked = has('caCertificates') || names || (mode === 'SIMPLE' && credential !== '')
    if ((mode === 'SIMPLE' || mode === 'MUTUAL') && checked) report.error(`${tls.path}.insecureSkipVerify`, 'what is not verified needs no CA and no subjectAltNames')
  }
  if ((mode === 'SIMPLE' || mode === 'MUTUAL') && credential !== '') {
    if (['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'].some(has)) report.error(`${tls.path}.credentialName`, 'with credentialName no certificate files are named')
    return
  }
  if (mode !== 'MUTUAL') return
  if (!has('clientCertificate')) report.error(`${tls.path}.clientCertificate`, 'mode MUTUAL needs a client certificate')
  if (!has('privateKey')) report.error(`${tls.path}.privateKey`, 'mode MUTUAL needs a private key')
}
