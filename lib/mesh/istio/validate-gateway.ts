import type { KubeObject } from '../resource'
import type { Fields } from './read'
import { addressError, addressFamily } from './validate-addresses'
import { domainError, isDnsLabel, partialWildcardError, portError, quoted, unixPathError } from './validate-names'
import { isHttpProtocol, isKnownProtocol, isTlsProtocol } from './validate-protocol'
import { validateServerTls } from './validate-server-tls'
import type { Report } from './validation-report'

/** Rules of a Gateway (ValidateGateway). */
export function validateGateway(spec: Fields, report: Report, object: KubeObject): void {
  if (!isDnsLabel(object.metadata.name)) report.error('metadata.name', `a Gateway's name is one DNS label: ${quoted(object.metadata.name)} is none`)
  const servers = spec.objects('servers')
  if (servers.length === 0) report.error('spec.servers', 'a Gateway has at least one server')
  for (const server of servers) validateServer(server, report)
  const names = new Set<string>()
  for (const server of servers) {
    const port = server.object('port')
    if (!port) continue
    const name = port.string('name') ?? ''
    if (names.has(name)) report.error(`${port.path}.name`, `two servers have a port called ${quoted(name)}`)
    names.add(name)
    if (!isHttpProtocol(port.string('protocol') ?? '') && server.object('tls')?.bool('httpsRedirect') === true) report.warn(`${server.path}.tls.httpsRedirect`, 'httpsRedirect is for servers of protocol HTTP')
  }
}

function validateServer(server: Fields, report: Report): void {
  const hosts = server.strings('hosts')
  if (hosts.length === 0) report.error(`${server.path}.hosts`, 'a server has at least one host')
  hosts.forEach((host, index) => validateNamespacedHost(host, { path: `${server.path}.hosts[${index}]`, report, gateway: true }))
  const [port, bind, tls] = [server.object('port'), server.string('bind') ?? '', server.object('tls')]
  const sound = validatePort(server, { port, bind, report })
  validateBind(server, { port, bind, report })
  if (tls) validateServerTls(tls, report)
  if (!port || !sound) return
  const protocol = port.string('protocol') ?? ''
  if (isTlsProtocol(protocol) && !tls) report.error(`${server.path}.tls`, `protocol ${protocol} needs a tls block`)
  if (isTlsProtocol(protocol) || !tls) return
  if (!isHttpProtocol(protocol)) report.error(tls.path, `protocol ${protocol} takes no tls block`)
  else if (!passesThrough(tls) || ['caCertificates', 'privateKey', 'serverCertificate'].some((key) => (tls.string(key) ?? '') !== '')) report.error(tls.path, `on protocol ${protocol} the tls block may hold httpsRedirect only`)
}

function passesThrough(tls: Fields): boolean {
  return ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(tls.string('mode') ?? 'PASSTHROUGH')
}

interface PortPlace {
  readonly port: Fields | undefined
  readonly bind: string
  readonly report: Report
}

function validatePort(server: Fields, { port, bind, report }: PortPlace): boolean {
  if (!port) {
    report.error(`${server.path}.port`, 'a server has a port')
    return false
  }
  const [number, protocol] = [port.int('number') ?? 0, port.string('protocol') ?? '']
  const errors: (readonly [string, string | undefined])[] = [
    ['protocol', isKnownProtocol(protocol) ? undefined : `Istio knows no protocol ${quoted(protocol)}`],
    ['number', number > 0 || !bind.startsWith('unix://') ? portError(number) : undefined],
    ['targetPort', (port.int('targetPort') ?? 0) > 0 ? 'targetPort says nothing on a Gateway: the Service maps the port' : undefined],
    ['name', (port.string('name') ?? '') === '' ? 'the port has no name' : undefined],
  ]
  for (const [key, message] of errors) report.check(`${port.path}.${key}`, message)
  return errors.every(([, message]) => message === undefined)
}

function validateBind(server: Fields, { port, bind, report }: PortPlace): void {
  if (bind === '') return
  const path = `${server.path}.bind`
  if (!bind.startsWith('unix://')) return report.check(path, addressError(bind))
  report.check(path, unixPathError(bind.slice('unix://'.length)))
  if (port && (port.int('number') ?? 0) !== 0) report.error(`${port.path}.number`, 'on a Unix socket the port is 0')
}

/** A host of a Gateway's server or of a Sidecar's egress, `namespace/host` (agent.ValidateNamespaceSlashWildcardHostname). */
export function validateNamespacedHost(host: string, { path, report, gateway }: { readonly path: string; readonly report: Report; readonly gateway: boolean }): void {
  const slash = host.indexOf('/')
  if (slash < 0) {
    if (gateway) validateHostPart(host, { path, report, gateway })
    else report.error(path, `${quoted(host)} has to be written as namespace/host`)
    return
  }
  const [namespace, name] = [host.slice(0, slash), host.slice(slash + 1)]
  if (namespace === '' || name === '') report.error(path, `${quoted(host)} has an empty part beside the slash`)
  const own = gateway ? namespace : namespace.startsWith('~') ? namespace.slice(1) : namespace
  if (!(own === '' && !gateway) && own !== '*' && own !== '.' && !isDnsLabel(own)) report.error(path, `${quoted(namespace)} is no namespace`)
  validateHostPart(name, { path, report, gateway })
}

function validateHostPart(host: string, { path, report, gateway }: { readonly path: string; readonly report: Report; readonly gateway: boolean }): void {
  if (host !== '*' && !host.includes('.')) report.error(path, `${quoted(host)} is a short name: write the whole host name`)
  const wrong = domainError(host)
  if (wrong !== undefined && (!gateway || addressFamily(host) === undefined)) report.error(path, wrong)
  report.check(path, partialWildcardError(host))
}
