import { parseDuration } from './duration'
import { hasControlCharacters, isGoAddress, isGoPath } from './go-address'
import type { Fields } from './read'
import { readKeySet } from './key-set'
import { validatePolicyTarget } from './validate-exports'
import { durationError, quoted } from './validate-names'
import type { Report } from './validation-report'

/** Rules of a RequestAuthentication (ValidateRequestAuthentication). */
export function validateRequestAuthentication(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report)
  for (const rule of spec.objects('jwtRules')) validateRule(rule, report)
}

function validateRule(rule: Fields, report: Report): void {
  const [issuer, uri, jwks] = [rule.string('issuer') ?? '', rule.string('jwksUri') ?? '', rule.string('jwks') ?? '']
  noneEmpty(rule, 'audiences', report)
  if (issuer === '' && uri === '') report.error(rule.path, 'a rule names its issuer or its jwksUri')
  if (uri !== '' && !isKeyAddress(uri)) report.error(`${rule.path}.jwksUri`, `${quoted(uri)} is no http or https address`)
  if (jwks !== '') {
    const keys = readKeySet(jwks)
    if (!keys) report.error(`${rule.path}.jwks`, 'this is no JSON Web Key Set')
    else for (const index of keys.secret) report.warn(`${rule.path}.jwks`, `key ${index + 1} holds private key material: only public keys are needed`)
  }
  for (const header of rule.objects('fromHeaders')) if ((header.string('name') ?? '') === '') report.error(`${header.path}.name`, 'the header has no name')
  for (const key of ['fromParams', 'fromCookies']) noneEmpty(rule, key, report)
  for (const claim of rule.objects('outputClaimToHeaders')) {
    const [header, name] = [claim.string('header') ?? '', claim.string('claim') ?? '']
    if (header === '' || name === '') report.error(claim.path, 'header and claim are both named')
    else if (!/^[-_A-Za-z0-9]+$/.test(header)) report.error(`${claim.path}.header`, `${quoted(header)} is no name of a header`)
  }
  if (rule.has('timeout')) report.check(`${rule.path}.timeout`, durationError(parseDuration(rule.string('timeout'))))
}

function noneEmpty(rule: Fields, key: string, report: Report): void {
  rule.strings(key).forEach((value, index) => { if (value === '') report.error(`${rule.path}.${key}[${index}]`, 'the value is empty') })
}

/** security.ParseJwksURI: an http or https address that Go's url.Parse takes. */
function isKeyAddress(uri: string): boolean {
  const scheme = ['http:', 'https:'].find((prefix) => uri.toLowerCase().startsWith(prefix))
  if (scheme === undefined || hasControlCharacters(uri)) return false
  const rest = uri.slice(scheme.length)
  return rest.startsWith('//') ? isGoAddress(rest.slice(2)) : !rest.startsWith('/') || isGoPath(rest)
}
