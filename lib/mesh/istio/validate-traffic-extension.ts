import { byteLength } from '@/lib/std/byte-length'
import { hasControlCharacters, isGoAddress, isGoPath } from './go-address'
import type { Fields } from './read'
import { validatePolicyTarget } from './validate-exports'
import { portError, quoted } from './validate-names'
import type { Report } from './validation-report'

/** Rules of a WasmPlugin (ValidateWasmPlugin). */
export function validateWasmPlugin(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report)
  validateModule(spec, report)
  validateMatches(spec, report)
}

/** Rules of a TrafficExtension (ValidateTrafficExtension). */
export function validateTrafficExtension(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report, { single: false })
  const [wasm, lua] = [spec.object('wasm'), spec.object('lua')]
  if ((wasm === undefined) === (lua === undefined)) report.error('spec', 'one of wasm and lua is set')
  if (wasm) validateModule(wasm, report)
  if (lua) {
    const length = byteLength(lua.string('inlineCode') ?? '')
    if (length === 0 || length > 65_536) report.error(`${lua.path}.inlineCode`, 'inlineCode has 1 to 65,536 bytes')
  }
  validateMatches(spec, report)
}

function validateMatches(spec: Fields, report: Report): void {
  for (const match of spec.objects('match')) for (const port of match.objects('ports')) report.check(`${port.path}.number`, portError(port.int('number') ?? 0))
}

function validateModule(spec: Fields, report: Report): void {
  const [url, sha] = [spec.string('url') ?? '', spec.string('sha256') ?? '']
  if (url === '') report.error(`${spec.path}.url`, 'the url is missing')
  else if (!isModuleAddress(url)) report.error(`${spec.path}.url`, `${quoted(url)}: the module comes by oci, https, http or file`)
  if (sha !== '' && !/^[a-f0-9]{64}$/.test(sha)) report.error(`${spec.path}.sha256`, 'sha256 has 64 hexadecimal digits in lower case')
  if (byteLength(spec.string('imagePullSecret') ?? '') > 253) report.error(`${spec.path}.imagePullSecret`, 'the name is longer than 253 characters')
  if (byteLength(spec.string('pluginName') ?? '') > 256) report.error(`${spec.path}.pluginName`, 'the name is longer than 256 characters')
  validateEnvironment(spec.object('vmConfig')?.objects('env') ?? [], report)
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
