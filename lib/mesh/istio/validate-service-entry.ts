import type { KubeObject } from '../resource'
import type { Fields } from './read'
import { addressFamily, subnetError } from './validate-addresses'
import { validateExportTo, validateLabelsSelector } from './validate-exports'
import { domainError, fqdnError, labelErrors, partialWildcardError, portError, portNameError, quoted } from './validate-names'
import { isHttpProtocol, isTcpProtocol, isTlsProtocol, protocolError } from './validate-protocol'
import { validateEndpointPorts, validateWorkload } from './validate-workload'
import type { Report } from './validation-report'

/** A ServiceEntry as its rules look at it. */
interface Entry {
  readonly spec: Fields
  readonly report: Report
  readonly object: KubeObject
  readonly hosts: readonly string[]
  readonly ports: readonly Fields[]
  readonly portNames: ReadonlySet<string>
  readonly endpoints: readonly Fields[]
  readonly addresses: readonly string[]
  readonly resolution: string
}

/** Rules of a ServiceEntry (ValidateServiceEntry). */
export function validateServiceEntry(spec: Fields, report: Report, object: KubeObject): void {
  if (!validateLabelsSelector(spec, report, 'ServiceEntry')) return
  const ports = spec.objects('ports')
  const entry: Entry = {
    spec, report, object, ports, hosts: spec.strings('hosts'), portNames: new Set(ports.map((port) => port.string('name') ?? '')),
    endpoints: spec.objects('endpoints'), addresses: spec.strings('addresses'), resolution: spec.string('resolution') ?? 'NONE',
  }
  if (spec.object('workloadSelector') && entry.endpoints.length > 0) report.error('spec.endpoints', 'workloadSelector and endpoints exclude each other')
  validateHosts(entry)
  validateAddresses(entry)
  validatePorts(entry)
  validateResolution(entry)
  if (entry.resolution !== 'NONE' && entry.hosts.length > 1) {
    const plain = ports.find((port) => { const protocol = port.string('protocol') ?? ''; return !isHttpProtocol(protocol) && !isTlsProtocol(protocol) })
    if (plain) report.error(`${plain.path}.protocol`, 'several hosts cannot be told apart on a port that is neither HTTP nor TLS')
  }
  validateExportTo(spec, report, { namespace: object.metadata.namespace ?? '', serviceEntry: true })
}

function validateHosts({ hosts, report, resolution }: Entry): void {
  if (hosts.length === 0) report.error('spec.hosts', 'a ServiceEntry has at least one host')
  hosts.forEach((host, index) => {
    const path = `spec.hosts[${index}]`
    if (host === '*') return report.error(path, 'a ServiceEntry is not for every host')
    report.check(path, domainError(host))
    const partial = resolution === 'DYNAMIC_DNS' ? undefined : partialWildcardError(host)
    if (partial !== undefined) report.warn(path, partial)
  })
}

function validateAddresses({ addresses, report, resolution }: Entry): void {
  addresses.forEach((address, index) => {
    report.check(`spec.addresses[${index}]`, subnetError(address))
  })
  if (addresses.some((address) => address.includes('/')) && resolution !== 'NONE' && resolution !== 'STATIC') report.error('spec.addresses', `address ranges are for resolution NONE and STATIC, not for ${resolution}`)
}

function validatePorts({ ports, report, addresses, object, resolution }: Entry): void {
  const [names, numbers] = [new Set<string>(), new Set<number>()]
  const optedOut = object.metadata.labels?.['networking.istio.io/enable-autoallocate-ip']
  const allocates = resolution !== 'NONE' && !(typeof optedOut === 'string' && optedOut.toLowerCase() === 'false') && addresses.length === 0
  for (const port of ports) {
    const [name, number, target, protocol] = [port.string('name') ?? '', port.int('number') ?? 0, port.int('targetPort') ?? 0, port.string('protocol') ?? '']
    if (names.has(name)) report.error(`${port.path}.name`, `two ports are called ${quoted(name)}`)
    if (numbers.has(number)) report.error(`${port.path}.number`, `port ${number} is there twice`)
    names.add(name)
    numbers.add(number)
    if (target !== 0) report.check(`${port.path}.targetPort`, portError(target))
    if (addresses.length === 0 && !allocates && (protocol === '' || protocol === 'TCP')) report.warn(port.path, 'a port of protocol TCP (or none) needs addresses: without them nothing tells its traffic apart')
    report.check(`${port.path}.name`, portNameError(name))
    report.check(`${port.path}.protocol`, protocolError(protocol))
    report.check(`${port.path}.number`, portError(number))
  }
}

function validateResolution(entry: Entry): void {
  const { resolution, endpoints, report, spec, portNames } = entry
  switch (resolution) {
    case 'NONE':
      if (endpoints.length > 0) report.error('spec.endpoints', 'resolution NONE takes no endpoints')
      if (spec.object('workloadSelector')) report.warn('spec.workloadSelector', 'resolution NONE looks at no workloads')
      return
    case 'STATIC':
      for (const endpoint of endpoints) validateWorkload(endpoint, report, { portNames, names: false })
      return
    case 'DNS':
    case 'DNS_ROUND_ROBIN': return validateDns(entry)
    case 'DYNAMIC_DNS': return validateDynamicDns(entry)
    default: report.error('spec.resolution', `there is no resolution ${quoted(resolution)}`)
  }
}

function validateDns({ resolution, endpoints, report, hosts, portNames, addresses, ports }: Entry): void {
  const wrong = endpoints.length > 0 ? -1 : hosts.findIndex((host) => fqdnError(host) !== undefined)
  if (wrong >= 0) report.error(`spec.hosts[${wrong}]`, `resolution ${resolution} looks this host up: without endpoints it is a whole host name`)
  if (resolution === 'DNS_ROUND_ROBIN' && endpoints.length > 1) report.error('spec.endpoints', 'resolution DNS_ROUND_ROBIN takes one endpoint at most')
  for (const endpoint of endpoints) {
    const address = endpoint.string('address') ?? ''
    if (addressFamily(address) === undefined && fqdnError(address) !== undefined) report.error(`${endpoint.path}.address`, `${quoted(address)} is neither a host name nor an IP address`)
    for (const message of labelErrors(endpoint.stringMap('labels'))) report.error(`${endpoint.path}.labels`, message)
    validateEndpointPorts(endpoint, report, portNames)
  }
  if (addresses.length > 0 && hosts.length > 1 && ports.some((port) => isTcpProtocol(port.string('protocol') ?? ''))) report.warn('spec.hosts', 'with addresses and a TCP port a ServiceEntry has one host')
}

function validateDynamicDns({ hosts, report, addresses, endpoints, ports, spec, object }: Entry): void {
  if (hosts.length === 0) report.error('spec.hosts', 'resolution DYNAMIC_DNS needs a wildcard host')
  hosts.forEach((host, index) => { if (!host.startsWith('*')) report.error(`spec.hosts[${index}]`, 'resolution DYNAMIC_DNS takes wildcard hosts only') })
  if (addresses.length > 0) report.error('spec.addresses', 'resolution DYNAMIC_DNS takes no addresses')
  if (endpoints.length > 0) report.error('spec.endpoints', 'resolution DYNAMIC_DNS takes no endpoints')
  for (const port of ports) {
    if (!['http', 'tls', 'grpc', 'http2'].includes((port.string('protocol') ?? '').toLowerCase())) report.error(`${port.path}.protocol`, 'resolution DYNAMIC_DNS is for HTTP, HTTP2, GRPC and TLS')
  }
  const waypoint = object.metadata.labels?.['istio.io/use-waypoint']
  if (spec.string('location') === 'MESH_INTERNAL' && typeof waypoint === 'string' && waypoint !== '' && waypoint.toLowerCase() !== 'none') report.error('spec.location', 'resolution DYNAMIC_DNS inside the mesh does not work with waypoints')
}
