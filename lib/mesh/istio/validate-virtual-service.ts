import type { KubeObject } from '../resource'
import type { Fields } from './read'
import { addressFamily } from './validate-addresses'
import { validateExportTo } from './validate-exports'
import { isClaim } from './validate-headers'
import { validateHttpRoute } from './validate-http-route'
import { validateL4Routes, validateGatewayNames } from './validate-l4-routes'
import { domainError, gatewayDomainError, hostsOverlap } from './validate-names'
import { unreachableHttpRules, unreachableL4Rules } from './validate-unreachable'
import type { Report } from './validation-report'

/** Rules of a VirtualService (ValidateVirtualService). One without hosts is a delegate. */
export function validateVirtualService(spec: Fields, report: Report, object: KubeObject): void {
  const [hosts, gateways] = [spec.strings('hosts'), spec.strings('gateways')]
  const [http, tls, tcp] = [spec.objects('http'), spec.objects('tls'), spec.objects('tcp')]
  const delegate = hosts.length === 0
  if (delegate) {
    if (gateways.length > 0) report.error('spec.gateways', 'a VirtualService without hosts is a delegate: it names no gateways')
    if (tls.length > 0) report.error('spec.tls', 'a delegate has http routes only')
    if (tcp.length > 0) report.error('spec.tcp', 'a delegate has http routes only')
  }
  validateGatewayNames(gateways, { path: 'spec.gateways', report })
  const onGateway = gateways.length > 0 && !gateways.includes('mesh')
  if (!onGateway) rejectClaims(http, report)
  validateHosts(hosts, { report, onGateway, sni: tls.some((route) => route.objects('match').some((match) => match.strings('sniHosts').length > 0)) })
  if (http.length + tls.length + tcp.length === 0) report.error('spec', 'there is neither an http nor a tls nor a tcp route')
  for (const route of http) validateHttpRoute(route, report, delegate)
  validateL4Routes({ tls, tcp, hosts, onGateway: !gateways.includes('mesh') }, report)
  validateExportTo(spec, report, { namespace: object.metadata.namespace ?? '' })
  unreachableHttpRules(http, report)
  unreachableL4Rules(tcp, report)
  unreachableL4Rules(tls, report)
}

function rejectClaims(http: readonly Fields[], report: Report): void {
  for (const match of http.flatMap((route) => route.objects('match'))) {
    for (const key of ['headers', 'withoutHeaders']) {
      for (const [name] of match.objectMap(key)) if (isClaim(name)) report.error(`${match.path}.${key}.${name}`, 'claims of a token are matched on gateways only, and this VirtualService is for the mesh too')
    }
  }
}

function validateHosts(hosts: readonly string[], { report, onGateway, sni }: { readonly report: Report; readonly onGateway: boolean; readonly sni: boolean }): void {
  let sound = true
  hosts.forEach((host, index) => {
    const path = `spec.hosts[${index}]`
    const wrong = onGateway ? gatewayDomainError(host, sni) : domainError(host)
    if (wrong !== undefined) {
      if (addressFamily(host) !== undefined) return
      report.error(path, wrong)
    } else if (onGateway || host !== '*') return
    else report.error(path, 'host * is for gateways only, and this VirtualService is for the mesh too')
    sound = false
  })
  if (sound) reportOverlaps(hosts, report)
}

/** Exact hosts are looked up, so that a long list costs no square of its length. */
function reportOverlaps(hosts: readonly string[], report: Report): void {
  const exact = new Map<string, number>()
  const wild: { readonly host: string; readonly index: number }[] = []
  hosts.forEach((host, index) => {
    const [wildcard, twin] = [host.startsWith('*'), exact.get(host)]
    const earlier = twin ?? wild.find((other) => hostsOverlap(other.host, host))?.index ?? (wildcard ? hosts.slice(0, index).findIndex((other) => hostsOverlap(other, host)) : -1)
    if (earlier >= 0) report.error(`spec.hosts[${index}]`, `${host} is also covered by host ${hosts[earlier] ?? ''}`)
    if (wildcard) wild.push({ host, index })
    else exact.set(host, index)
  })
}
