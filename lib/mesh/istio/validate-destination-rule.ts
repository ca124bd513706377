import type { KubeObject } from '../resource'
import type { Fields } from './read'
import { subsetNameError } from './validate-destination'
import { validateExportTo, validateMatchLabels } from './validate-exports'
import { domainError, labelErrors } from './validate-names'
import { validateTrafficPolicy } from './validate-traffic-policy'
import { errorsOnly, type Report } from './validation-report'

/** Rules of a DestinationRule (ValidateDestinationRule). Warnings of subsets never reach the user: Istio joins their errors only. */
export function validateDestinationRule(spec: Fields, report: Report, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? ''
  report.check('spec.host', domainError(spec.string('host') ?? ''))
  validateTrafficPolicy(spec.object('trafficPolicy'), report, namespace)
  const names = new Set<string>()
  for (const subset of spec.objects('subsets')) {
    const name = subset.string('name') ?? ''
    if (names.has(name)) report.error(`${subset.path}.name`, `two subsets are called ${JSON.stringify(name)}`)
    names.add(name)
    report.check(`${subset.path}.name`, subsetNameError(name))
    for (const message of labelErrors(subset.stringMap('labels'))) report.error(`${subset.path}.labels`, message)
    validateTrafficPolicy(subset.object('trafficPolicy'), errorsOnly(report), namespace)
  }
  validateExportTo(spec, report, { namespace, withSelector: spec.object('workloadSelector') !== undefined })
  validateMatchLabels(spec, report, 'workloadSelector')
}
