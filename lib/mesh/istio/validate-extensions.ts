import { parse } from '@bufbuild/cel'
import type { Fields } from './read'
import { validateMatchLabels, validatePolicyTarget } from './validate-exports'
import { portError } from './validate-names'
import type { Report } from './validation-report'

/** Rules of a PeerAuthentication (ValidatePeerAuthentication). */
export function validatePeerAuthentication(spec: Fields, report: Report): void {
  const levels = spec.object('portLevelMtls')
  const ports = Object.keys(levels?.raw ?? {})
  const named = Object.keys(spec.object('selector')?.stringMap('matchLabels') ?? {}).length > 0
  if (!named && ports.length > 0) report.error('spec.portLevelMtls', 'ports are set for chosen workloads only: add a selector')
  if (levels && ports.length === 0) report.error('spec.portLevelMtls', 'portLevelMtls is empty: leave it out')
  for (const port of ports) report.check(`spec.portLevelMtls.${port}`, portError(Number(port)))
  validateMatchLabels(spec, report)
}

/** Rules of a ProxyConfig (ValidateProxyConfig). */
export function validateProxyConfig(spec: Fields, report: Report): void {
  validateMatchLabels(spec, report)
  if ((spec.int('concurrency') ?? 0) < 0) report.error('spec.concurrency', 'concurrency is 0 or more')
}

/** Rules of a Telemetry (ValidateTelemetry). */
export function validateTelemetry(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report)
  for (const metrics of spec.objects('metrics')) {
    validateProviders(metrics, report)
    for (const override of metrics.objects('overrides')) validateOverride(override, report)
  }
  const tracing = spec.objects('tracing')
  if (tracing.length > 1) report.warn('spec.tracing', 'Istio looks at one entry of tracing')
  for (const entry of tracing) validateTracing(entry, report)
  for (const logging of spec.objects('accessLogging')) {
    const filter = logging.object('filter')
    if (filter && !isCel(filter.string('expression') ?? '')) report.error(`${filter.path}.expression`, 'this is no CEL expression')
    validateProviders(logging, report)
  }
}

function validateProviders(holder: Fields, report: Report): void {
  const bad = holder.objects('providers').find((provider) => (provider.string('name') ?? '') === '')
  if (bad) report.error(`${bad.path}.name`, 'the provider has no name')
}

function validateOverride(override: Fields, report: Report): void {
  for (const [name, tag] of override.objectMap('tagOverrides')) {
    const [removes, value] = [tag.string('operation') === 'REMOVE', tag.string('value') ?? '']
    if (name === '') report.warn(tag.path, 'a tag has no name')
    if (!removes && value === '') report.error(`${tag.path}.value`, 'operation UPSERT has a value')
    if (removes && value !== '') report.error(`${tag.path}.value`, 'operation REMOVE has no value')
  }
  const match = override.object('match')
  if (match && ['metric', 'customMetric'].findLast((key) => match.has(key)) === 'customMetric' && match.string('customMetric') === '') report.error(`${match.path}.customMetric`, 'the metric has no name')
}

function validateTracing(entry: Fields, report: Report): void {
  if (entry.objects('providers').length > 1) report.warn(`${entry.path}.providers`, 'Istio looks at one provider')
  validateProviders(entry, report)
  const sampling = entry.number('randomSamplingPercentage') ?? 0
  if (sampling < 0 || sampling > 100) report.error(`${entry.path}.randomSamplingPercentage`, `${sampling} % is not between 0 and 100`)
  for (const [name, tag] of entry.objectMap('customTags')) {
    if (name === '') report.error(tag.path, 'a tag has no name')
    const kind = ['literal', 'environment', 'header'].findLast((key) => tag.object(key))
    if (kind === undefined) continue
    const key = kind === 'literal' ? 'value' : 'name'
    if ((tag.object(kind)?.string(key) ?? '') === '') report.error(`${tag.path}.${kind}.${key}`, `${kind} has a ${key}`)
  }
}

function isCel(expression: string): boolean {
  try {
    parse(expression)
    return true
  } catch {
    return false
  }
}
