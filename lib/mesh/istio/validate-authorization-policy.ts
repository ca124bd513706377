import type { Fields } from './read'
import { attributeErrors, badAddresses, badPorts, badServiceAccounts, badTemplates, badWildcards, emptyValue } from './validate-attributes'
import { validatePolicyTarget } from './validate-exports'
import type { Report } from './validation-report'

const onlyInOthers = ['namespaces', 'notNamespaces', 'serviceAccounts', 'notServiceAccounts', 'trustDomains', 'notTrustDomains', 'principals', 'notPrincipals', 'requestPrincipals', 'notRequestPrincipals']
const onlyInOthersKeys = new Set(['source.namespace', 'source.serviceAccount', 'source.trustDomain', 'source.principal'])
const plainSource = ['principals', 'requestPrincipals', 'namespaces', 'ipBlocks', 'remoteIpBlocks', 'notPrincipals', 'notRequestPrincipals', 'notNamespaces', 'notIpBlocks', 'notRemoteIpBlocks']
const tcpSource = ['principals', 'notPrincipals', 'ipBlocks', 'notIpBlocks', 'namespaces', 'notNamespaces', 'remoteIpBlocks', 'notRemoteIpBlocks', 'serviceAccounts', 'notServiceAccounts']
const operationFields = ['ports', 'methods', 'paths', 'hosts', 'notPorts', 'notMethods', 'notPaths', 'notHosts']

/** Rules of an AuthorizationPolicy (ValidateAuthorizationPolicy). */
export function validateAuthorizationPolicy(spec: Fields, report: Report): void {
  validatePolicyTarget(spec, report)
  const [action, rules, provider] = [spec.string('action') ?? 'ALLOW', spec.objects('rules'), spec.object('provider')]
  if (action === 'CUSTOM') validateCustom(spec, report)
  else if (provider) report.error('spec.provider', `a provider goes with action CUSTOM, not with ${action}`)
  if (action === 'DENY' && rules.length === 0) report.error('spec.rules', 'action DENY without rules denies nothing: add the rule {} to deny everything')
  for (const rule of rules) validateRule(rule, report, action)
}

function validateCustom(spec: Fields, report: Report): void {
  const rules = spec.objects('rules')
  if (rules.length === 0) report.error('spec.rules', 'action CUSTOM without rules asks nobody: add the rule {} to ask for every request')
  else if ((spec.object('provider')?.string('name') ?? '') === '') report.error('spec.provider.name', 'action CUSTOM names its provider')
  for (const rule of rules) {
    for (const source of rule.objects('from').flatMap((from) => from.object('source') ?? [])) {
      for (const key of onlyInOthers) if (source.strings(key).length > 0) report.error(`${source.path}.${key}`, `action CUSTOM does not know ${key}`)
    }
    for (const when of rule.objects('when')) {
      const key = when.string('key') ?? ''
      if (onlyInOthersKeys.has(key) || key.startsWith('request.auth.')) report.error(`${when.path}.key`, `action CUSTOM does not know ${key}`)
    }
  }
}

function validateRule(rule: Fields, report: Report, action: string): void {
  const [from, to] = [rule.objects('from'), rule.objects('to')]
  for (const entry of from) validateSource(entry, report)
  for (const entry of to) validateOperation(entry, report)
  for (const when of rule.objects('when')) {
    const key = when.string('key') ?? ''
    const [values, notValues] = [when.strings('values'), when.strings('notValues')]
    if (key === '') report.error(`${when.path}.key`, 'the condition has no key')
    else if (values.length === 0 && notValues.length === 0) report.error(when.path, 'the condition has neither values nor notValues')
    else for (const message of new Set([...attributeErrors(key, values), ...attributeErrors(key, notValues)])) report.error(when.path, message)
  }
  if (action === 'DENY' && httpOnly(from, to)) report.warn(rule.path, 'a DENY rule of HTTP attributes denies all traffic of TCP ports: name the ports')
}

function httpOnly(from: readonly Fields[], to: readonly Fields[]): boolean {
  const [sources, operations] = [from.flatMap((entry) => entry.object('source') ?? []), to.flatMap((entry) => entry.object('operation') ?? [])]
  const any = (holders: readonly Fields[], keys: readonly string[]): boolean => holders.some((holder) => keys.some((key) => holder.strings(key).length > 0))
  return (sources.length > 0 && operations.length === 0 && !any(sources, tcpSource)) || (operations.length > 0 && !any(operations, ['ports', 'notPorts']))
}

function validateSource(entry: Fields, report: Report): void {
  const source = entry.object('source')
  if (!source) return report.error(`${entry.path}.source`, 'the source is missing')
  const set = (keys: readonly string[]): boolean => keys.some((key) => source.strings(key).length > 0)
  const accounts = ['serviceAccounts', 'notServiceAccounts']
  if (set(accounts) && set(['principals', 'notPrincipals', 'namespaces', 'notNamespaces'])) report.error(source.path, 'serviceAccounts goes neither with namespaces nor with principals')
  if (!set([...plainSource, ...accounts, 'trustDomains', 'notTrustDomains'])) report.error(source.path, 'the source says nothing')
  for (const key of ['ipBlocks', 'notIpBlocks', 'remoteIpBlocks', 'notRemoteIpBlocks']) report.check(`${source.path}.${key}`, badAddresses(source.strings(key)))
  for (const key of plainSource) report.check(`${source.path}.${key}`, emptyValue(source.strings(key)))
  for (const key of accounts) report.check(`${source.path}.${key}`, badServiceAccounts(source.strings(key)))
  for (const key of ['trustDomains', 'notTrustDomains']) {
    const values = source.strings(key)
    report.check(`${source.path}.${key}`, badWildcards(values) ?? (values.some((value) => value.includes('/')) ? 'a trust domain has no slash' : undefined))
  }
}

function validateOperation(entry: Fields, report: Report): void {
  const operation = entry.object('operation')
  if (!operation) return report.error(`${entry.path}.operation`, 'the operation is missing')
  if (operationFields.every((key) => operation.strings(key).length === 0)) report.error(operation.path, 'the operation says nothing')
  for (const key of ['ports', 'notPorts']) report.check(`${operation.path}.${key}`, badPorts(operation.strings(key)))
  for (const key of operationFields) report.check(`${operation.path}.${key}`, emptyValue(operation.strings(key)))
  for (const key of ['paths', 'notPaths']) report.check(`${operation.path}.${key}`, badTemplates(operation.strings(key)))
}
