import type { Fields } from './read'
import { addressFamily } from './validate-addresses'
import { fqdnError, labelErrors, portError, portNameError, quoted, unixPathError } from './validate-names'
import type { Report } from './validation-report'

/** Rules of a WorkloadEntry, and of a static ServiceEntry's endpoints: `names` where host names are taken too (validateWorkloadEntry). */
export function validateWorkload(entry: Fields, report: Report, { portNames, names }: { readonly portNames?: ReadonlySet<string>; readonly names: boolean }): void {
  const address = entry.string('address') ?? ''
  const path = `${entry.path}.address`
  if (address === '') {
    const network = entry.string('network') ?? ''
    if (network === '') return report.error(path, 'the address is missing')
    report.warn(path, `there is no address in network ${quoted(network)}`)
  }
  const unix = address.startsWith('unix://')
  if (unix) {
    report.check(path, unixPathError(address.slice('unix://'.length)))
    if (Object.keys(entry.object('ports')?.raw ?? {}).length > 0) report.error(`${entry.path}.ports`, 'a Unix socket has no ports')
  } else if (address !== '' && addressFamily(address) === undefined && (!names || fqdnError(address) !== undefined)) {
    report.error(path, names ? `${quoted(address)} is neither a host name nor an IP address` : `${quoted(address)} is no IP address`)
  }
  validateEndpointPorts(entry, report, portNames)
  for (const message of labelErrors(entry.stringMap('labels'))) report.error(`${entry.path}.labels`, message)
  if (unix && portNames && portNames.size !== 1) report.error(entry.path, 'a Unix socket serves one port of its ServiceEntry')
}

/** Ports of an endpoint: names of the entry's ports, and their numbers. */
export function validateEndpointPorts(endpoint: Fields, report: Report, portNames: ReadonlySet<string> | undefined): void {
  const ports = endpoint.object('ports')
  for (const name of Object.keys(ports?.raw ?? {})) {
    const path = `${endpoint.path}.ports.${name}`
    if (portNames?.has(name) === false) report.error(path, `the ServiceEntry has no port called ${quoted(name)}`)
    report.check(path, portNameError(name))
    report.check(path, portError(ports?.int(name) ?? 0))
  }
}

/** Rules of a WorkloadEntry (ValidateWorkloadEntry). */
export function validateWorkloadEntry(spec: Fields, report: Report): void {
  validateWorkload(spec, report, { names: true })
}

/** Rules of a WorkloadGroup (ValidateWorkloadGroup). */
export function validateWorkloadGroup(spec: Fields, report: Report): void {
  if (!spec.object('template')) return report.error('spec.template', 'the template is missing')
  const wrong = labelErrors(spec.object('metadata')?.stringMap('labels') ?? {})
  for (const message of wrong) report.error('spec.metadata.labels', message)
  const probe = spec.object('probe')
  if (probe && wrong.length === 0) validateProbe(probe, report)
}

function validateProbe(probe: Fields, report: Report): void {
  for (const key of ['periodSeconds', 'initialDelaySeconds', 'timeoutSeconds', 'successThreshold', 'failureThreshold']) {
    if ((probe.int(key) ?? 0) < 0) report.error(`${probe.path}.${key}`, `${key} is 0 or more`)
  }
  const method = ['httpGet', 'tcpSocket', 'exec', 'grpc'].findLast((key) => probe.object(key))
  const how = method === undefined ? undefined : probe.object(method)
  if (!how || method === 'grpc') return report.error(probe.path, 'the probe asks by httpGet, tcpSocket or exec')
  if (method === 'exec') {
    if (how.strings('command').length === 0) report.error(`${how.path}.command`, 'the command is missing')
    return
  }
  report.check(`${how.path}.port`, portError(how.int('port') ?? 0))
  if (method !== 'httpGet') return
  if (!['', 'HTTP', 'HTTPS'].includes(how.string('scheme') ?? '')) report.error(`${how.path}.scheme`, 'the scheme is HTTP or HTTPS')
  for (const header of how.objects('httpHeaders')) if (!/^[-A-Za-z0-9]+$/.test(header.string('name') ?? '')) report.error(`${header.path}.name`, `${quoted(header.string('name') ?? '')} is no name of a header`)
}
