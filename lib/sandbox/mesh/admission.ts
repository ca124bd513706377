import { validate } from '@/lib/mesh/istio/validate'
import type { AdmissionCheck } from '../api-server/ports'

/** istiod's validating webhook: its verdicts, in its form (Go's multierror under `configuration is invalid`), with the field before each message. */
export const istioAdmission: AdmissionCheck = {
  webhook: 'rev.validation.istio.io',
  check(object) {
    const { findings, unreadable } = validate(object)
    const lines = (level: 'error' | 'warning'): string[] => findings.filter((finding) => finding.level === level).map(({ path, message }) => `${message} (${path})`)
    const errors = unreadable.length > 0 ? unreadable.map(({ path, message }) => `${message} (${path})`) : lines('error')
    if (errors.length === 0) return { allowed: true, warnings: lines('warning') }
    const listed = errors.length === 1 ? (errors[0] ?? '') : `${errors.length} errors occurred:\n${errors.map((error) => `\t* ${error}`).join('\n')}\n\n`
    return { allowed: false, message: `configuration is invalid: ${listed}` }
  },
}
