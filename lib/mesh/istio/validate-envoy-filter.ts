import type { Fields } from './read'
import { validateLabelsSelector } from './validate-exports'
import { byteLength } from '@/lib/std/byte-length'
import { compileRe2 } from '../re2'
import type { Report } from './validation-report'

const listenerClass = new Set(['LISTENER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER'])
const routeClass = new Set(['ROUTE_CONFIGURATION', 'VIRTUAL_HOST', 'HTTP_ROUTE'])
const connectionManagers = new Set(['envoy.filters.network.http_connection_manager', 'envoy.http_connection_manager'])

/**
 * Rules of an EnvoyFilter (ValidateEnvoyFilter). The patch's own message is not compared with Envoy's types: a field
 * that Envoy does not know is found by istiod only.
 */
export function validateEnvoyFilter(spec: Fields, report: Report): void {
  if (!validateLabelsSelector(spec, report, 'EnvoyFilter')) return
  report.warn('spec', "an EnvoyFilter changes what Istio may change at any time: prefer Istio's own resources, and look at it before each upgrade")
  for (const patch of spec.objects('configPatches')) validatePatch(patch, report)
}

function validatePatch(entry: Fields, report: Report): void {
  const [match, applyTo, patch] = [entry.object('match'), entry.string('applyTo') ?? 'INVALID', entry.object('patch')]
  if (match?.string('context') === 'WAYPOINT') return
  if (applyTo === 'INVALID') return report.error(`${entry.path}.applyTo`, 'applyTo is missing')
  if (!patch) return report.error(`${entry.path}.patch`, 'the patch is missing')
  const operation = patch.string('operation') ?? 'INVALID'
  if (operation === 'INVALID') return report.error(`${patch.path}.operation`, 'the operation is missing')
  if (operation !== 'REMOVE' && !patch.object('value')) return report.error(`${patch.path}.value`, `operation ${operation} has a value`)
  const version = match?.object('proxy')?.string('proxyVersion') ?? ''
  const at = `${entry.path}.match.proxy.proxyVersion`
  if (byteLength(version) > 1024) report.warn(at, 'the expression is longer than 1024 bytes: it is ignored')
  else if (version !== '' && compileRe2(version) === null) return report.error(at, 'this is no RE2 regular expression')
  if (match) validateMatch(match, report, applyTo)
}

function validateMatch(match: Fields, report: Report, applyTo: string): void {
  const kind = ['listener', 'routeConfiguration', 'cluster'].findLast((key) => match.has(key))
  if (kind === undefined) return
  const wanted = listenerClass.has(applyTo) ? 'listener' : routeClass.has(applyTo) ? 'routeConfiguration' : applyTo === 'CLUSTER' ? 'cluster' : undefined
  if (wanted !== undefined && kind !== wanted) return report.error(`${match.path}.${kind}`, `applyTo ${applyTo} goes with a match of ${wanted}`)
  const filter = wanted === 'listener' ? match.object('listener')?.object('filterChain')?.object('filter') : undefined
  if (!filter) return
  const [name, sub] = [filter.string('name') ?? '', filter.object('subFilter')]
  if (applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN') report.warn(filter.path, `a match of a filter says nothing for applyTo ${applyTo}`)
  if (name === '') return report.error(`${filter.path}.name`, 'the filter to match has no name')
  if (!sub) return
  if (applyTo !== 'HTTP_FILTER') return report.error(sub.path, 'subFilter goes with applyTo HTTP_FILTER')
  if (!connectionManagers.has(name)) return report.error(sub.path, 'subFilter goes with the HTTP connection manager')
  if ((sub.string('name') ?? '') === '') report.error(`${sub.path}.name`, 'the filter to match has no name')
}
