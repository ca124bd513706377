import { parseDuration } from './duration'
import type { Fields } from './read'
import { localitiesError } from './validate-localities'
import { durationError } from './validate-names'
import type { Report } from './validation-report'

/** Rules of `loadBalancer` (validateLoadBalancer); `ejects`: the policy has outlier detection, which failover needs. */
export function validateLoadBalancer(settings: Fields | undefined, report: Report, ejects: boolean): void {
  if (!settings) return
  const lastPolicy = ['simple', 'consistentHash'].findLast((key) => settings.has(key))
  if (lastPolicy === 'consistentHash') validateConsistentHash(settings.object('consistentHash'), report)
  const [locality, zone, warmup] = [settings.object('localityLbSetting'), settings.object('zoneAwareLbSetting'), settings.object('warmup')]
  if (locality && zone) report.error(`${settings.path}.zoneAwareLbSetting`, 'localityLbSetting and zoneAwareLbSetting exclude each other')
  if (locality) validateLocalitySetting(locality, report, ejects)
  if (zone) {
    zone.strings('failoverPriority').forEach((label, index) => {
      if (topology.has(label)) report.error(`${zone.path}.failoverPriority[${index}]`, `${label} is handled by Envoy itself`)
    })
    validateFailover(zone, report, ejects)
  }
  if (warmup) validateWarmup(warmup, report)
}

function validateConsistentHash(hash: Fields | undefined, report: Report): void {
  if (!hash) return
  const cookie = ['httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'].findLast((key) => hash.has(key)) === 'httpCookie' ? hash.object('httpCookie') : undefined
  if (cookie && (cookie.string('name') ?? '') === '') report.error(`${cookie.path}.name`, 'the cookie has no name')
  const names = new Set<string>()
  for (const attribute of cookie?.objects('attributes') ?? []) {
    const name = attribute.string('name') ?? ''
    if (name === '') report.error(`${attribute.path}.name`, 'an attribute of the cookie has no name')
    else if (names.has(name)) report.error(`${attribute.path}.name`, `attribute ${name} is named twice`)
    names.add(name)
  }
  const algorithm = ['ringHash', 'maglev'].findLast((key) => hash.has(key))
  if ((hash.int('minimumRingSize') ?? 0) !== 0) {
    report.warn(`${hash.path}.minimumRingSize`, 'minimumRingSize is deprecated: use ringHash')
    if (algorithm !== undefined) report.error(`${hash.path}.minimumRingSize`, `minimumRingSize and ${algorithm} exclude each other`)
  }
  if (algorithm !== 'maglev') return
  const size = hash.object('maglev')?.int('tableSize') ?? 0
  if (size === 0 || size >= 5_000_011 || !isPrime(size)) report.error(`${hash.path}.maglev.tableSize`, 'the table size of Maglev is a prime below 5000011')
}

/** isPrime of Envoy: 1 counts as one. */
function isPrime(value: number): boolean {
  if (value !== 0 && value < 4) return true
  if (value % 2 === 0) return false
  for (let factor = 3; factor * factor <= value; factor += 2) if (value % factor === 0) return false
  return true
}

const topology = new Set(['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'])

function validateLocalitySetting(locality: Fields, report: Report, ejects: boolean): void {
  const [distribute, failover] = [locality.objects('distribute'), locality.objects('failover')]
  if (distribute.length > 0 && failover.length > 0) return report.error(`${locality.path}.failover`, 'distribute and failover exclude each other')
  const label = failover.length > 0 ? locality.strings('failoverPriority').find((name) => topology.has(name)) : undefined
  if (label !== undefined) return report.error(`${locality.path}.failoverPriority`, `failover and the label ${label} exclude each other`)
  for (const entry of distribute) {
    const to = entry.object('to')
    const targets = Object.keys(to?.raw ?? {})
    const weights = targets.map((target) => to?.int(target) ?? 0)
    if (weights.some((weight) => weight <= 0 || weight > 100)) return report.error(`${entry.path}.to`, 'each weight is between 1 and 100')
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    if (total !== 100) return report.error(`${entry.path}.to`, `the weights add up to ${total}, not to 100`)
    report.check(`${entry.path}.to`, localitiesError(targets))
  }
  report.check(`${locality.path}.distribute`, localitiesError(distribute.map((entry) => entry.string('from') ?? '')))
  validateFailover(locality, report, ejects)
}

function validateFailover(setting: Fields, report: Report, ejects: boolean): void {
  const failover = setting.objects('failover')
  if ((failover.length > 0 || setting.strings('failoverPriority').length > 0) && !ejects) report.warn(setting.path, 'failover needs outlierDetection: without it nothing counts as failed')
  for (const entry of failover) {
    const [from, to] = [entry.string('from') ?? '', entry.string('to') ?? '']
    if (from === to) report.error(entry.path, 'failover goes to another region')
    if (from.includes('/') || to.includes('/')) report.error(entry.path, 'failover names regions only')
    if (from.includes('*') || to.includes('*')) report.error(entry.path, 'failover knows no wildcards')
  }
}

function validateWarmup(warmup: Fields, report: Report): void {
  if (warmup.has('duration')) report.check(`${warmup.path}.duration`, durationError(parseDuration(warmup.string('duration'))))
  else report.error(`${warmup.path}.duration`, 'a warm-up has a duration')
  if ((warmup.number('minimumPercent') ?? 0) > 100) report.error(`${warmup.path}.minimumPercent`, 'minimumPercent is 100 at most')
  const aggression = warmup.number('aggression')
  if (aggression !== undefined && aggression <= 0) report.error(`${warmup.path}.aggression`, 'aggression is above 0')
}
