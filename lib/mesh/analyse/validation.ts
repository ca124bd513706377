import { validate } from '../istio/validate'
import type { ValidationFinding } from '../istio/validation-report'
import type { KindKey } from '../kinds'
import type { Problem } from '../problem'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { bindsGateway } from './binds-gateway'

const judged: readonly KindKey[] = [
  'gateways.networking.istio.io', 'virtualservices.networking.istio.io', 'destinationrules.networking.istio.io', 'serviceentries.networking.istio.io', 'workloadentries.networking.istio.io', 'workloadgroups.networking.istio.io',
  'sidecars.networking.istio.io', 'proxyconfigs.networking.istio.io', 'authorizationpolicies.security.istio.io', 'requestauthentications.security.istio.io', 'peerauthentications.security.istio.io',
  'telemetries.telemetry.istio.io', 'wasmplugins.extensions.istio.io', 'trafficextensions.extensions.istio.io',
]

const memo = new WeakMap<KubeObject, readonly Problem[]>()

/**
 * IST0106 and IST0133: what Istio's validator says of the objects that are in the cluster, and MER023 for fields of the
 * wrong type. Rules that are never reached are told by the gateways' translation instead (MER014), which sees all objects.
 */
export function validationProblems(snapshot: Snapshot): readonly Problem[] {
  const found: Problem[] = []
  for (const key of judged) {
    for (const object of listObjects(snapshot, key)) {
      let problems = memo.get(object)
      if (!problems) memo.set(object, problems = bindsGateway(object) ? problemsOf(object) : [])
      if (problems.length > 0) found.push(...problems)
    }
  }
  return found
}

function problemsOf(object: KubeObject): readonly Problem[] {
  const { findings, unreadable } = validate(object)
  if (findings.length === 0 && unreadable.length === 0) return []
  const subject = refOf(object)
  return [
    ...unreadable.map(({ path, message }): Problem => ({ code: 'MER023', severity: 'error', subject, path, params: { reason: message } })),
    ...findings.filter(({ code }) => code === undefined).map((finding) => problemOf(finding, subject)),
  ]
}

function problemOf({ level, path, message }: ValidationFinding, subject: Problem['subject']): Problem {
  return level === 'error'
    ? { code: 'IST0106', severity: 'error', subject, path, params: { reason: message } }
    : { code: 'IST0133', severity: 'info', subject, path, params: { reason: message } }
}
