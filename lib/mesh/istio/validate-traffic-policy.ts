import { parseDuration } from './duration'
import type { Fields } from './read'
import { addressFamily } from './validate-addresses'
import { validateClientTls } from './validate-client-tls'
import { validateLoadBalancer } from './validate-load-balancer'
import { durationError, fqdnError, portError } from './validate-names'
import { errorsOnly, type Report } from './validation-report'

const parts = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'] as const

/** Rules of a traffic policy (validateTrafficPolicy). */
export function validateTrafficPolicy(policy: Fields | undefined, report: Report, namespace: string): void {
  if (!policy) return
  const ports = policy.objects('portLevelSettings')
  const [tunnel, proxy] = [policy.object('tunnel'), policy.object('proxyProtocol')]
  if (parts.every((part) => !policy.object(part)) && ports.length === 0 && !tunnel && !proxy && !policy.object('retryBudget')) return report.error(policy.path, 'the traffic policy says nothing')
  if (tunnel && proxy) return report.error(policy.path, 'tunnel and proxyProtocol exclude each other')
  validateParts(policy, report, namespace)
  for (const port of ports) validatePortPolicy(port, errorsOnly(report), namespace)
  if (tunnel) validateTunnel(tunnel, report)
}

function validateParts(policy: Fields, report: Report, namespace: string): void {
  const outlier = policy.object('outlierDetection')
  validateOutlierDetection(outlier, report)
  validateConnectionPool(policy.object('connectionPool'), report)
  validateLoadBalancer(policy.object('loadBalancer'), report, outlier !== undefined)
  validateClientTls(policy.object('tls'), report, namespace)
}

function validatePortPolicy(port: Fields, report: Report, namespace: string): void {
  if (!port.object('port')) report.error(`${port.path}.port`, 'the policy of a port names its port')
  if (parts.every((part) => !port.object(part))) report.error(port.path, "the port's policy says nothing")
  else validateParts(port, report, namespace)
}

function validateTunnel(tunnel: Fields, report: Report): void {
  if (!['', 'CONNECT', 'POST'].includes(tunnel.string('protocol') ?? '')) report.error(`${tunnel.path}.protocol`, 'a tunnel is made by CONNECT or POST')
  const host = tunnel.string('targetHost') ?? ''
  if (addressFamily(host) === undefined) report.check(`${tunnel.path}.targetHost`, fqdnError(host))
  report.check(`${tunnel.path}.targetPort`, portError(tunnel.int('targetPort') ?? 0))
}

function validateOutlierDetection(outlier: Fields | undefined, report: Report): void {
  if (!outlier) return
  validateDurations(outlier, ['baseEjectionTime', 'interval'], report)
  if ((outlier.int('consecutiveErrors') ?? 0) !== 0) report.warn(`${outlier.path}.consecutiveErrors`, 'consecutiveErrors is deprecated: use consecutiveGatewayErrors or consecutive5xxErrors')
  if (outlier.bool('splitExternalLocalOriginErrors') !== true && (outlier.int('consecutiveLocalOriginFailures') ?? 0) > 0) report.error(`${outlier.path}.consecutiveLocalOriginFailures`, 'local failures are counted apart only with splitExternalLocalOriginErrors')
  for (const key of ['maxEjectionPercent', 'minHealthPercent']) {
    const percent = outlier.int(key) ?? 0
    if (percent < 0 || percent > 100) report.error(`${outlier.path}.${key}`, `${percent} % is not between 0 and 100`)
  }
}

/** Rules of a connection pool (validateConnectionPool). */
export function validateConnectionPool(pool: Fields | undefined, report: Report): void {
  if (!pool) return
  const [http, tcp] = [pool.object('http'), pool.object('tcp')]
  if (!http && !tcp) return report.error(pool.path, 'the connection pool says nothing')
  if (http) validateHttpPool(http, report)
  if (!tcp) return
  notNegative(tcp, ['maxConnections'], report)
  validateDurations(tcp, ['connectTimeout', 'maxConnectionDuration'], report)
  const idle = parseDuration(tcp.string('idleTimeout'))
  if (tcp.has('idleTimeout') && Math.trunc((idle ?? Number.NaN) / 1e6) !== 0) report.check(`${tcp.path}.idleTimeout`, durationError(idle))
  const keepalive = tcp.object('tcpKeepalive')
  if (keepalive) validateDurations(keepalive, ['time', 'interval'], report)
}

function validateHttpPool(http: Fields, report: Report): void {
  notNegative(http, ['http1MaxPendingRequests', 'http2MaxRequests', 'maxRequestsPerConnection', 'maxRetries', 'maxConcurrentStreams'], report)
  validateDurations(http, ['idleTimeout'], report)
  if (http.string('h2UpgradePolicy') === 'UPGRADE' && http.bool('useClientProtocol') === true) report.error(`${http.path}.useClientProtocol`, "the client's protocol cannot be kept while h2UpgradePolicy is UPGRADE")
  const keepalive = http.object('http2KeepAlive')
  for (const key of keepalive ? ['interval', 'timeout'] : []) {
    if (keepalive?.has(key) === true) validateDurations(keepalive, [key], report)
    else report.error(`${http.path}.http2KeepAlive.${key}`, `http2KeepAlive has an ${key}`)
  }
}

function notNegative(holder: Fields, keys: readonly string[], report: Report): void {
  for (const key of keys) if ((holder.int(key) ?? 0) < 0) report.error(`${holder.path}.${key}`, `${key} is 0 or more`)
}

function validateDurations(holder: Fields, keys: readonly string[], report: Report): void {
  for (const key of keys) if (holder.has(key)) report.check(`${holder.path}.${key}`, durationError(parseDuration(holder.string(key))))
}
