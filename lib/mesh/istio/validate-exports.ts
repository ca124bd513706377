import type { Fields } from './read'
import { isDnsLabel } from './validate-names'
import type { Report } from './validation-report'

/** Rules of `exportTo` (validateExportTo): no namespace twice, `*` and `~` alone; `~` on ServiceEntries only. */
export function validateExportTo(spec: Fields, report: Report, options: { readonly namespace: string; readonly serviceEntry?: boolean; readonly withSelector?: boolean }): void {
  const entries = spec.strings('exportTo')
  if (entries.length === 0) return
  const path = `${spec.path}.exportTo`
  const seen = new Set<string>()
  entries.forEach((entry, index) => {
    const at = `${path}[${index}]`
    const key = entry === '.' ? options.namespace : entry
    if (seen.has(key)) report.error(at, `${entry === '.' ? `. and ${key}` : entry} is named twice`)
    else if (options.serviceEntry === true && entry === '~') seen.add(key)
    else if (key === '~') report.error(at, '~ (nobody) is for ServiceEntries only')
    else if (key !== '.' && key !== '*' && !isDnsLabel(key)) report.error(at, `${JSON.stringify(entry)} is neither . nor * nor a namespace`)
    else seen.add(key)
  })
  if (options.withSelector === true && seen.size > 0) {
    if (!seen.has(options.namespace)) report.error(path, 'a DestinationRule with a workloadSelector is for its own namespace only')
    else if (seen.size > 1) report.error(path, 'a DestinationRule with a workloadSelector has one entry at most')
  }
  if (seen.has('*') && entries.length > 1) report.error(path, '* (everybody) stands alone')
  if (seen.has('~') && entries.length > 1) report.error(path, '~ (nobody) stands alone')
}

/** Rules of the older selector with `labels` (ValidateAlphaWorkloadSelector). False where the object is refused for it. */
export function validateLabelsSelector(spec: Fields, report: Report, what: string): boolean {
  const selector = spec.object('workloadSelector')
  if (!selector) return true
  const labels = Object.entries(selector.stringMap('labels'))
  const path = `${selector.path}.labels`
  if (labels.length === 0) report.warn(selector.path, `${what}: a workloadSelector without labels takes every workload of the namespace`)
  return selectorErrors(labels, path, report)
}

/** Rules of `selector` with `matchLabels` (validateWorkloadSelector). */
export function validateMatchLabels(spec: Fields, report: Report, key = 'selector'): void {
  const selector = spec.object(key)
  if (!selector) return
  const labels = Object.entries(selector.stringMap('matchLabels'))
  if (labels.length === 0) report.warn(selector.path, 'a selector without labels takes every workload of the namespace')
  selectorErrors(labels, `${selector.path}.matchLabels`, report)
}

function selectorErrors(labels: readonly (readonly [string, string])[], path: string, report: Report): boolean {
  let sound = true
  for (const [name, value] of labels) {
    if (name === '') report.error(path, 'a label without a key')
    if (name.includes('*') || value.includes('*')) report.error(`${path}.${name}`, 'a selector knows no wildcards')
    sound &&= name !== '' && !name.includes('*') && !value.includes('*')
  }
  return sound
}

const targets = new Set(['/Service', 'core/Service', 'networking.istio.io/ServiceEntry', 'gateway.networking.k8s.io/Gateway', 'gateway.networking.k8s.io/GatewayClass'])

/** Rules of `selector`, `targetRef` (where the kind has it) and `targetRefs` of a policy (validateOneOfSelectorType, validatePolicyTargetReference). */
export function validatePolicyTarget(spec: Fields, report: Report, { single = true }: { readonly single?: boolean } = {}): void {
  const [selector, one, many] = [spec.object('selector'), single ? spec.object('targetRef') : undefined, spec.objects('targetRefs')]
  if (Number(selector !== undefined) + Number(one !== undefined) + Number(many.length > 0) > 1) report.error(many.length > 0 ? `${spec.path}.targetRefs` : `${spec.path}.targetRef`, 'only one of selector, targetRef and targetRefs may be set')
  validateMatchLabels(spec, report)
  for (const target of one ? [one, ...many] : many) {
    if ((target.string('name') ?? '') === '') report.error(`${target.path}.name`, 'the target has no name')
    if ((target.string('namespace') ?? '') !== '') report.error(`${target.path}.namespace`, 'a target is in the same namespace: leave it out')
    const [group, kind] = [target.string('group') ?? '', target.string('kind') ?? '']
    if (!targets.has(`${group}/${kind}`)) report.error(target.path, `${group}/${kind} is no target of a policy: a Service, ServiceEntry, Gateway or GatewayClass is`)
  }
}
