import type { KubeObject } from '../resource'
import { isGoInteger, fqdnError, portError, portNameError, unixPathError } from './validate-names'
import type { Fields } from './read'
import { addressError, splitHostPort } from './validate-addresses'
import { validateDestination } from './validate-destination'
import { validateLabelsSelector } from './validate-exports'
import { validateNamespacedHost } from './validate-gateway'
import { isHttpProtocol, isTlsProtocol, protocolError } from './validate-protocol'
import { validateServerTls } from './validate-server-tls'
import { validateConnectionPool } from './validate-traffic-policy'
import type { Report } from './validation-report'

/** Rules of a Sidecar (ValidateSidecar). */
export function validateSidecar(spec: Fields, report: Report, object: KubeObject): void {
  if (!validateLabelsSelector(spec, report, 'Sidecar')) return
  const [ingress, egress, policy, pool] = [spec.objects('ingress'), spec.objects('egress'), spec.object('outboundTrafficPolicy'), spec.object('inboundConnectionPool')]
  if (ingress.length === 0 && egress.length === 0 && !policy && !pool) return report.error('spec', 'the Sidecar says nothing')
  const ports = new Set<number>()
  for (const listener of ingress) validateIngress(listener, report, ports)
  validateConnectionPool(pool, report)
  validateEgress(egress, report, object)
  if (policy) validateOutbound(policy, report)
}

function uniquePort(port: Fields, ports: Set<number>, report: Report): void {
  const number = port.int('number') ?? 0
  if (ports.has(number)) report.error(`${port.path}.number`, `port ${number} is there twice`)
  ports.add(number)
}

function validateIngress(listener: Fields, report: Report, ports: Set<number>): void {
  const port = listener.object('port')
  if (!port) return report.error(`${listener.path}.port`, 'an ingress listener has a port')
  const protocol = port.string('protocol') ?? ''
  validatePort(port, report)
  report.check(`${port.path}.number`, portError(port.int('number') ?? 0))
  validateBind(listener, report)
  uniquePort(port, ports, report)
  validateEndpoint(listener, report)
  const [tls, pool] = [listener.object('tls'), listener.object('connectionPool')]
  if (tls) validateIngressTls(tls, report, protocol)
  validateConnectionPool(pool, report)
  if (pool?.object('http') && !isHttpProtocol(protocol)) report.warn(`${pool.path}.http`, `protocol ${protocol} is not HTTP: only the tcp part counts`)
}

function validatePort(port: Fields, report: Report): void {
  const name = port.string('name') ?? ''
  if (name !== '') report.check(`${port.path}.name`, portNameError(name))
  if ((port.int('targetPort') ?? 0) > 0) report.error(`${port.path}.targetPort`, 'targetPort says nothing on a Sidecar')
  report.check(`${port.path}.protocol`, protocolError(port.string('protocol') ?? ''))
}

function validateBind(listener: Fields, report: Report): void {
  const bind = listener.string('bind') ?? ''
  if (bind !== '') report.check(`${listener.path}.bind`, addressError(bind))
}

function validateEndpoint(listener: Fields, report: Report): void {
  const [endpoint, path] = [listener.string('defaultEndpoint') ?? '', `${listener.path}.defaultEndpoint`]
  if (endpoint === '') return
  if (endpoint.startsWith('unix://')) return report.check(path, unixPathError(endpoint.slice('unix://'.length)))
  const parts = splitHostPort(endpoint)
  const fine = parts && ['', '127.0.0.1', '0.0.0.0', '::1', '::'].includes(parts.host) && isGoInteger(parts.port) && portError(Number(parts.port)) === undefined
  if (!fine) report.error(path, 'the endpoint is 127.0.0.1:port, 0.0.0.0:port, [::1]:port, [::]:port or unix://path')
}

function validateIngressTls(tls: Fields, report: Report, protocol: string): void {
  for (const key of ['subjectAltNames', 'credentialNames']) if (tls.strings(key).length > 0) report.error(`${tls.path}.${key}`, `${key} is not for a Sidecar`)
  if (tls.objects('tlsCertificates').length > 0) report.error(`${tls.path}.tlsCertificates`, 'tlsCertificates is not for a Sidecar')
  if (tls.bool('httpsRedirect') === true) report.error(`${tls.path}.httpsRedirect`, 'httpsRedirect is not for a Sidecar')
  if ((tls.string('credentialName') ?? '') !== '') report.error(`${tls.path}.credentialName`, 'credentialName is not for a Sidecar')
  const mode = tls.string('mode') ?? 'PASSTHROUGH'
  if (mode === 'ISTIO_MUTUAL' || mode === 'AUTO_PASSTHROUGH') report.error(`${tls.path}.mode`, `mode ${mode} is not for a Sidecar`)
  if (!isTlsProtocol(protocol)) report.error(tls.path, `protocol ${protocol} takes no tls block`)
  validateServerTls(tls, report)
}

function validateEgress(egress: readonly Fields[], report: Report, object: KubeObject): void {
  const [ports, sockets] = [new Set<number>(), new Set<string>()]
  egress.forEach((listener, index) => {
    const port = listener.object('port')
    if (!port) {
      if (index !== egress.length - 1) report.error(listener.path, 'the listener without a port is the last one')
    } else validateEgressPort(listener, { port, report, ports, sockets })
    validateEgressHosts(listener, report, object)
  })
}

function validateEgressPort(listener: Fields, { port, report, ports, sockets }: { readonly port: Fields; readonly report: Report; readonly ports: Set<number>; readonly sockets: Set<string> }): void {
  validatePort(port, report)
  const [number, bind] = [port.int('number') ?? 0, listener.string('bind') ?? '']
  if (number !== 0) {
    report.check(`${port.path}.number`, portError(number))
    validateBind(listener, report)
    return uniquePort(port, ports, report)
  }
  report.check(`${listener.path}.bind`, bind.startsWith('unix://') ? unixPathError(bind.slice('unix://'.length)) : 'port 0 is for Unix sockets: bind to unix://path')
  if (!['DEFAULT', 'NONE'].includes(listener.string('captureMode') ?? 'DEFAULT')) report.error(`${listener.path}.captureMode`, 'on a Unix socket captureMode is DEFAULT or NONE')
  if (sockets.has(bind)) report.error(`${listener.path}.bind`, `${bind} is there twice`)
  sockets.add(bind)
}

function validateEgressHosts(listener: Fields, report: Report, object: KubeObject): void {
  const hosts = listener.strings('hosts')
  if (hosts.length === 0) report.error(`${listener.path}.hosts`, 'an egress listener names at least one host')
  const seen = new Map<string, Set<string>>()
  hosts.forEach((host, index) => {
    const path = `${listener.path}.hosts[${index}]`
    const slash = host.indexOf('/')
    if (slash >= 0 && !host.startsWith('~')) {
      const written = host.slice(0, slash)
      const [namespace, service] = [written === '.' ? (object.metadata.namespace ?? '') : written, host.slice(slash + 1)]
      const known = seen.get(namespace) ?? new Set<string>()
      if (service === '*' ? known.size > 0 : known.has(service) || known.has('*')) report.warn(path, `${host} is named twice`)
      seen.set(namespace, known.add(service))
    }
    validateNamespacedHost(host, { path, report, gateway: false })
  })
  if (seen.get('*')?.has('*') === true && seen.size !== 1) report.warn(`${listener.path}.hosts`, '*/* takes everything: the other hosts add nothing')
}

function validateOutbound(policy: Fields, report: Report): void {
  const mode = policy.string('mode') ?? 'REGISTRY_ONLY'
  if (mode === 'ALLOW_ANY_DYNAMIC_DNS') return report.error(`${policy.path}.mode`, 'ALLOW_ANY_DYNAMIC_DNS is for the mesh configuration only')
  const proxy = policy.object('egressProxy')
  if (!proxy) return
  if (mode !== 'ALLOW_ANY') return report.error(proxy.path, 'egressProxy goes with mode ALLOW_ANY only')
  report.check(`${proxy.path}.host`, fqdnError(proxy.string('host') ?? ''))
  if (!proxy.object('port')) return report.error(`${proxy.path}.port`, 'egressProxy has a port')
  validateDestination(proxy, report)
}
