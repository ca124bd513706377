import { X509Certificate } from 'node:crypto'
import { downstreamTls } from '@/lib/mesh/simulate/listener-match'
import { listOf, objectOf } from '@/lib/mesh/simulate/read'
import type { DataPlaneState } from '../data-plane/data-plane'
import { tlsMaterial } from '../data-plane/secrets'

/** GET /certs: envoy.admin.v3.Certificates, one entry for each certificate of each TLS context. */
export function certificatesJson(state: DataPlaneState, now: number): object {
  const contexts = state.listeners.flatMap(({ listener }) => listOf(listener.filter_chains).flatMap((chain) => {
    const tls = downstreamTls(chain)
    return tls === undefined ? [] : [tlsMaterial(objectOf(tls.common_tls_context), state.secrets)]
  }))
  const seen = new Set<string>()
  const entries = contexts.flatMap((material) => {
    const key = JSON.stringify([material.certificates.map((certificate) => certificate.chain), material.trustedCa])
    if (seen.has(key)) return []
    seen.add(key)
    const authorities = material.trustedCa === undefined ? [] : details(material.trustedCa, now)
    return material.certificates.map((certificate) => ({ ca_cert: authorities.slice(0, 1), cert_chain: details(certificate.chain, now).slice(0, 1) }))
  })
  return { certificates: entries }
}

function details(pem: string, now: number): readonly object[] {
  return pem.split('-----END CERTIFICATE-----').flatMap((part) => {
    const start = part.indexOf('-----BEGIN CERTIFICATE-----')
    if (start < 0) return []
    try {
      return [detail(new X509Certificate(`${part.slice(start)}-----END CERTIFICATE-----\n`), now)]
    } catch {
      return []
    }
  })
}

function detail(certificate: X509Certificate, now: number): object {
  const from = new Date(certificate.validFrom)
  const to = new Date(certificate.validTo)
  const names = (certificate.subjectAltName ?? '').split(', ').flatMap((name): object[] => {
    if (name.startsWith('DNS:')) return [{ dns: name.slice(4) }]
    if (name.startsWith('URI:')) return [{ uri: name.slice(4) }]
    return name.startsWith('IP Address:') ? [{ ip_address: name.slice(11) }] : []
  })
  return {
    path: '<inline>', serial_number: certificate.serialNumber.toLowerCase(), ...(names.length === 0 ? {} : { subject_alt_names: names }),
    days_until_expiration: String(Math.max(0, Math.floor((to.getTime() - now) / 86_400_000))), valid_from: seconds(from), expiration_time: seconds(to),
  }
}

function seconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
