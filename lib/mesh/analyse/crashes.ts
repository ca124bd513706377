import { compareBytes } from '@/lib/std/compare-bytes'
import { parseDestinationRule } from '../istio/parse-destination-rule'
import { parseServiceEntry } from '../istio/parse-service-entry'
import { parseVirtualService } from '../istio/parse-virtual-service'
import type { L4Route } from '../istio/virtual-service'
import type { Fields } from '../istio/read'
import type { Problem } from '../problem'
import { refOf } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { subsetOf } from '../translate/host-name'
import { addressCount } from '../translate/mesh-service'
import { bindsGateway } from './binds-gateway'
import { perObject } from './per-object'

/**
 * Objects on which istiod itself panics, and goes on panicking after each start: MER002 a ServiceEntry with a workload
 * selector of which it can read no address, MER003 outlier detection for hosts resolved as requests come, MER004 a TCP
 * rule whose destinations have no weight, MER005 failover by labels among several localities of names that Envoy resolves. Seen of Pilot 1.31 (MER001, of a Gateway's hosts, is the translation's).
 */
export function crashProblems(snapshot: Snapshot): readonly Problem[] {
  return [
    ...serviceEntries(snapshot, listObjects(snapshot, 'serviceentries.networking.istio.io'), undefined),
    ...destinationRules(snapshot, listObjects(snapshot, 'destinationrules.networking.istio.io'), forwardProxies(snapshot)),
    ...labelFailovers(snapshot, listObjects(snapshot, 'destinationrules.networking.istio.io'), scatteredNames(snapshot)),
    ...virtualServices(snapshot, listObjects(snapshot, 'virtualservices.networking.istio.io'), undefined),
  ]
}

const serviceEntries = perObject((_, object): readonly Problem[] => {
  const { hosts, addresses, workloadSelector } = parseServiceEntry(object).value
  if (workloadSelector === undefined || (hosts.length > 0 && addressCount({ addresses }) > 0)) return []
  return [{ code: 'MER002', severity: 'error', subject: refOf(object), path: hosts.length === 0 ? 'spec.hosts' : 'spec.addresses', params: { addresses: addresses.join(', ') } }]
})

const labelFailovers = perObject((_, object, scattered: string): readonly Problem[] => {
  const { host, trafficPolicy } = parseDestinationRule(object).value
  const hit = scattered.split(' ').find((name) => name !== '' && subsetOf(name, host))
  if (hit === undefined || !trafficPolicy) return []
  return [trafficPolicy, ...trafficPolicy.objects('portLevelSettings')].flatMap((level): readonly Problem[] => {
    const [locality, zones] = [level.object('loadBalancer')?.object('localityLbSetting'), level.object('loadBalancer')?.object('zoneAwareLbSetting')]
    const setting = zones ?? (level.has('outlierDetection') && locality && !locality.has('distribute') ? locality : undefined)
    if (!setting || setting.bool('enabled') === false || setting.strings('failoverPriority').length === 0) return []
    return [{ code: 'MER005', severity: 'error', subject: refOf(object), path: `${setting.path}.failoverPriority`, params: { host: hit } }]
  })
})

/** The hosts that Envoy resolves by DNS and whose endpoints lie in several localities, as one text. */
function scatteredNames(snapshot: Snapshot): string {
  return textOf([...listObjects(snapshot, 'serviceentries.networking.istio.io')].flatMap((entry) => {
    const spec = parseServiceEntry(entry).value
    return spec.resolution === 'DNS' && new Set(spec.endpoints.map(({ locality }) => locality)).size > 1 ? spec.hosts : []
  }))
}

const destinationRules = perObject((_, object, proxies: string): readonly Problem[] => {
  const { host, trafficPolicy } = parseDestinationRule(object).value
  const hit = proxies.split(' ').find((name) => name !== '' && subsetOf(name, host))
  if (hit === undefined) return []
  return detections(trafficPolicy).map((path) => ({ code: 'MER003', severity: 'error', subject: refOf(object), path, params: { host: hit } }))
})

function detections(policy: Fields | undefined): readonly string[] {
  if (!policy) return []
  return [policy, ...policy.objects('portLevelSettings')].filter((level) => level.has('outlierDetection')).map((level) => `${level.path}.outlierDetection`)
}

/** The wildcard hosts whose requests are resolved as they come, as one text: a value that compares by what it says. */
function forwardProxies(snapshot: Snapshot): string {
  return textOf([...listObjects(snapshot, 'serviceentries.networking.istio.io')].flatMap((entry) => {
    const spec = parseServiceEntry(entry).value
    return spec.resolution === 'DYNAMIC_DNS' ? spec.hosts.filter((host) => host.startsWith('*')) : []
  }))
}

function textOf(hosts: readonly string[]): string {
  return [...new Set(hosts)].filter((host) => !host.includes(' ')).sort(compareBytes).join(' ')
}

const virtualServices = perObject((_, object): readonly Problem[] => {
  if (!bindsGateway(object)) return []
  const { tcp, tls } = parseVirtualService(object).value
  const weightless = ({ route }: L4Route): boolean => route.length > 1 && route.every(({ weight }) => weight <= 0)
  return [...tcp, ...tls].filter(weightless).map(({ path }) => ({ code: 'MER004', severity: 'error', subject: refOf(object), path: `${path}.route`, params: {} }))
})
