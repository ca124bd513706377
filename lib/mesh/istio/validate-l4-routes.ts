import type { Fields } from './read'
import { addressFamily, subnetError } from './validate-addresses'
import { validateDestinations } from './validate-destination'
import { domainError, fqdnError, gatewayDomainError, hostWithin, isDnsLabel, labelErrors, portError, quoted } from './validate-names'
import { errorsOnly, type Report } from './validation-report'

/** Rules of tls and tcp routes (validateTLSRoute, validateTCPRoute). */
export function validateL4Routes({ tls, tcp, hosts, onGateway }: { readonly tls: readonly Fields[]; readonly tcp: readonly Fields[]; readonly hosts: readonly string[]; readonly onGateway: boolean }, report: Report): void {
  for (const route of tls) {
    const matches = route.objects('match')
    if (matches.length === 0) report.error(`${route.path}.match`, 'a tls route has a match')
    for (const match of matches) {
      validateSniHosts(match, { report, hosts, onGateway })
      validateL4Match(match, report)
    }
    validateRoute(route, report, 'tls')
  }
  for (const route of tcp) {
    for (const match of route.objects('match')) validateL4Match(match, errorsOnly(report))
    validateRoute(route, report, 'tcp')
  }
}

function validateRoute(route: Fields, report: Report, kind: string): void {
  const destinations = route.objects('route')
  if (destinations.length === 0) report.error(`${route.path}.route`, `a ${kind} route has a destination`)
  validateDestinations(destinations, report)
}

function validateL4Match(match: Fields, report: Report): void {
  match.strings('destinationSubnets').forEach((subnet, index) => report.check(`${match.path}.destinationSubnets[${index}]`, subnetError(subnet)))
  validateCommonMatch(match, report)
}

/** Port, source labels and gateways of any match. */
export function validateCommonMatch(match: Fields, report: Report): void {
  const port = match.int('port') ?? 0
  if (port !== 0) report.check(`${match.path}.port`, portError(port))
  for (const message of labelErrors(match.stringMap('sourceLabels'))) report.error(`${match.path}.sourceLabels`, message)
  validateGatewayNames(match.strings('gateways'), { path: `${match.path}.gateways`, report })
}

function validateSniHosts(match: Fields, { report, hosts, onGateway }: { readonly report: Report; readonly hosts: readonly string[]; readonly onGateway: boolean }): void {
  const names = match.strings('sniHosts')
  if (names.length === 0) report.error(`${match.path}.sniHosts`, 'a tls match names at least one SNI host')
  names.forEach((name, index) => {
    const path = `${match.path}.sniHosts[${index}]`
    const wrong = onGateway ? gatewayDomainError(name, true) : domainError(name)
    if (wrong !== undefined) {
      if (addressFamily(name) === undefined) report.error(path, wrong)
      else report.warn(path, `clients send no IP address as SNI: ${name} is met by few`)
    } else if (!hosts.some((host) => hostWithin(name, host))) report.error(path, `SNI host ${quoted(name)} is under none of this VirtualService's hosts`)
  })
}

/** Names of gateways (validateGatewayNames): after one without a slash Istio reads no further. */
export function validateGatewayNames(names: readonly string[], { path, report }: { readonly path: string; readonly report: Report }): void {
  for (const [index, name] of names.entries()) {
    const [at, slash] = [`${path}[${index}]`, name.indexOf('/')]
    if (slash < 0) {
      const [first = '', second = ''] = name.split('.')
      if (name.includes('.')) report.warn(at, `the old form of a gateway's name: write ${second}/${first}`)
      return report.check(at, fqdnError(name))
    }
    const [namespace, own] = [name.slice(0, slash), name.slice(slash + 1)]
    if (!isDnsLabel(namespace)) report.error(at, `${quoted(namespace)} is no namespace`)
    if (!isDnsLabel(own)) report.error(at, `${quoted(own)} is no name of a Gateway`)
  }
}
