import { parse } from '@bufbuild/cel'
import { hasControlCharacters, isGoAddress, isGoPath } from './go-address'
import type { Fields } from './read'
import { validateMatchLabels, validatePolicyTarget } from './validate-exports'
import { byteLength } from '@/lib/std/byte-length'
import { portError, quoted } from './validate-names'
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

/** Rules of a WasmPlugin (ValidateWasmPlugin). */
export function validateWasmPlugin(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report)
  const [url, sha] = [spec.string('url') ?? '', spec.string('sha256') ?? '']
  if (url === '') report.error('spec.url', 'the url is missing')
  else if (!isModuleAddress(url)) report.error('spec.url', `${quoted(url)}: the module comes by oci, https, http or file`)
  if (sha !== '' && !/^[a-f0-9]{64}$/.test(sha)) report.error('spec.sha256', 'sha256 has 64 hexadecimal digits in lower case')
  if (byteLength(spec.string('imagePullSecret') ?? '') > 253) report.error('spec.imagePullSecret', 'the name is longer than 253 characters')
  if (byteLength(spec.string('pluginName') ?? '') > 256) report.error('spec.pluginName', 'the name is longer than 256 characters')
  validateEnvironment(spec.object('vmConfig')?.objects('env') ?? [], report)
  for (const match of spec.objects('match')) for (const port of match.objects('ports')) report.check(`${port.path}.number`, portError(port.int('number') ?? 0))
}

/** strictParseURL: what Go reads as a URL, if need be with http:// before it. */
function isModuleAddress(url: string): boolean {
  if (hasControlCharacters(url)) return false
  if (url.startsWith('/')) return isGoPath(url)
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(url)?.[1]
  if (scheme === undefined) return isGoAddress(url)
  if (!['file', 'http', 'https', 'oci'].includes(scheme.toLowerCase())) return false
  const rest = url.slice(scheme.length + 1)
  return rest.startsWith('//') ? isGoAddress(rest.slice(2)) : !rest.startsWith('/') || isGoPath(rest)
}

function validateEnvironment(variables: readonly Fields[], report: Report): void {
  const names = new Set<string>()
  for (const variable of variables) {
    const name = variable.string('name') ?? ''
    if (name === '' || byteLength(name) > 256) report.error(`${variable.path}.name`, 'a variable has a name of at most 256 characters')
    else if (names.has(name)) report.error(`${variable.path}.name`, `variable ${name} is there twice`)
    else if ((variable.string('valueFrom') ?? 'INLINE') !== 'INLINE' && (variable.string('value') ?? '') !== '') report.error(`${variable.path}.value`, 'a value goes with valueFrom INLINE only')
    names.add(name)
  }
}
