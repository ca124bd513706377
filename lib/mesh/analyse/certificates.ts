import type { Problem } from '../problem'
import { downstreamTls } from '../simulate/listener-match'
import { listOf, objectOf, stringOf } from '../simulate/read'
import type { Compiled, Origin } from '../translate/compiled'

/** A certificate that an Envoy serves: the names it is for, and how many days are left of it (negative once it has ended). */
export interface ServedCertificate {
  readonly names: readonly string[]
  readonly daysLeft: number
}

/** What the certificates of an Envoy mean for one server of a Gateway. */
export interface ServerCertificates {
  readonly server: Origin
  /** Of the certificate for its hosts that ends first; null where none is for them. */
  readonly daysLeft: number | null
  readonly problems: readonly Problem[]
}

/** Days from which on an end is told of, and from which on it is an error. */
const soon = { warning: 30, error: 7 } as const

/**
 * MER040 and MER041: servers that terminate TLS whose certificate ends soon, and hosts of theirs that no certificate of the Envoy is for.
 * What an Envoy has loaded tells it (/certs); Secrets are not read. Servers for every name and those with the mesh's own certificate are
 * not judged.
 */
export function serverCertificates({ listeners, provenance }: Compiled, certificates: readonly ServedCertificate[]): readonly ServerCertificates[] {
  const found = new Map<string, ServerCertificates>()
  for (const listener of listeners) {
    listener.filter_chains.forEach((chain, index) => {
      const [server] = provenance.filterChains.get(listener.name)?.[index] ?? []
      const names = chain.filter_chain_match?.server_names ?? []
      const tls = downstreamTls(chain)
      if (server === undefined || tls === undefined || names.length === 0 || isMeshOwn(objectOf(tls['common_tls_context']))) return
      const key = `${server.resource.namespace}/${server.resource.name} ${server.path}`
      if (!found.has(key)) found.set(key, judge(server, names, certificates))
    })
  }
  return [...found.values()]
}

function isMeshOwn(common: ReturnType<typeof objectOf>): boolean {
  return listOf(common['tls_certificate_sds_secret_configs']).some((one) => stringOf(objectOf(one)['name']) === 'default')
}

function judge(server: Origin, names: readonly string[], certificates: readonly ServedCertificate[]): ServerCertificates {
  const at = { subject: server.resource, path: `${server.path}.tls` }
  const fitting = names.map((name) => certificates.filter((one) => one.names.some((own) => isFor(own, name))))
  // Of several for one name the Envoy serves the last that is left.
  const days = fitting.flatMap((ones) => (ones.length === 0 ? [] : [Math.max(...ones.map(({ daysLeft }) => daysLeft))]))
  const bare = names.filter((_, index) => fitting[index]?.length === 0)
  const daysLeft = days.length === 0 ? null : Math.min(...days)
  const ends: readonly Problem[] = daysLeft === null || daysLeft >= soon.warning ? [] : [{ code: 'MER040', severity: daysLeft < soon.error ? 'error' : 'warning', ...at, params: { days: String(daysLeft), host: names.join(', ') } }]
  return { server, daysLeft, problems: bare.length === 0 ? ends : [{ code: 'MER041', severity: 'warning', ...at, params: { hosts: bare.join(', ') } }, ...ends] }
}

/** Whether a certificate's name is for a host: itself, or one label in the place of its star. */
function isFor(own: string, host: string): boolean {
  const [certificate, name] = [own.toLowerCase(), host.toLowerCase()]
  if (certificate === name) return true
  const dot = name.indexOf('.')
  return certificate.startsWith('*.') && !name.startsWith('*') && dot > 0 && name.slice(dot) === certificate.slice(1)
}
