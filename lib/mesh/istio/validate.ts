import { ownProperty } from '@/lib/std/json'
import type { ParseIssue } from '../problem'
import type { KubeObject } from '../resource'
import { readFields, type Fields } from './read'
import { validateAuthorizationPolicy } from './validate-authorization-policy'
import { validateDestinationRule } from './validate-destination-rule'
import { validateEnvoyFilter } from './validate-envoy-filter'
import { validatePeerAuthentication, validateProxyConfig, validateTelemetry } from './validate-extensions'
import { validateGateway } from './validate-gateway'
import { validateRequestAuthentication } from './validate-request-authentication'
import { validateServiceEntry } from './validate-service-entry'
import { validateTrafficExtension, validateWasmPlugin } from './validate-traffic-extension'
import { validateSidecar } from './validate-sidecar'
import { validateVirtualService } from './validate-virtual-service'
import { validateWorkloadEntry, validateWorkloadGroup } from './validate-workload'
import { reportInto, type Report, type ValidationFinding } from './validation-report'

/** What istiod's validating webhook would say of an object. An object with an error is refused. */
export interface Validation {
  readonly findings: readonly ValidationFinding[]
  /** Fields of the wrong type: istiod cannot even read the object. */
  readonly unreadable: readonly ParseIssue[]
}

type Rules = (spec: Fields, report: Report, object: KubeObject) => void

const rules: Readonly<Record<string, Rules>> = {
  'networking.istio.io/Gateway': validateGateway,
  'networking.istio.io/VirtualService': validateVirtualService,
  'networking.istio.io/DestinationRule': validateDestinationRule,
  'networking.istio.io/ServiceEntry': validateServiceEntry,
  'networking.istio.io/WorkloadEntry': validateWorkloadEntry,
  'networking.istio.io/WorkloadGroup': validateWorkloadGroup,
  'networking.istio.io/Sidecar': validateSidecar,
  'networking.istio.io/EnvoyFilter': validateEnvoyFilter,
  'networking.istio.io/ProxyConfig': validateProxyConfig,
  'security.istio.io/AuthorizationPolicy': validateAuthorizationPolicy,
  'security.istio.io/RequestAuthentication': validateRequestAuthentication,
  'security.istio.io/PeerAuthentication': validatePeerAuthentication,
  'telemetry.istio.io/Telemetry': validateTelemetry,
  'extensions.istio.io/WasmPlugin': validateWasmPlugin,
  'extensions.istio.io/TrafficExtension': validateTrafficExtension,
}

const nothing: Validation = { findings: [], unreadable: [] }
const memo = new WeakMap<KubeObject, Validation>()

/**
 * The verdict of Istio's validator (pkg/config/validation of 1.31) on one of Istio's objects, remembered by its
 * identity; nothing on any other kind. Never throws.
 */
export function validate(object: KubeObject): Validation {
  const apply = rulesOf(object)
  if (!apply) return nothing
  const known = memo.get(object)
  if (known) return known
  const [findings, unreadable]: [ValidationFinding[], ParseIssue[]] = [[], []]
  const report = reportInto(findings)
  if (!refusedByAnnotation(object, report)) apply(readFields(object['spec'], 'spec', unreadable), report, object)
  const validation = { findings, unreadable: distinct(unreadable) }
  memo.set(object, validation)
  return validation
}

function rulesOf(object: KubeObject): Rules | undefined {
  const key = `${object.apiVersion.split('/')[0] ?? ''}/${object.kind}`
  return Object.hasOwn(rules, key) ? rules[key] : undefined
}

function distinct(issues: readonly ParseIssue[]): readonly ParseIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()]
}

const reserved = ['internal.istio.io/webhook-always-reject', 'internal.istio.io/parent-namespace', 'internal.istio.io/parents']

/** Annotations that no user may set, and `istio.io/dry-run` where it means nothing (validateMetadata). */
function refusedByAnnotation(object: KubeObject, report: Report): boolean {
  const annotations = object.metadata.annotations ?? {}
  const refuse = (name: string, message: string): boolean => {
    report.error(`metadata.annotations.${name}`, message)
    return true
  }
  const dryRun = ownProperty(annotations, 'istio.io/dry-run')
  if (typeof dryRun === 'string') {
    if (object.kind !== 'AuthorizationPolicy') return refuse('istio.io/dry-run', 'the dry-run annotation is for AuthorizationPolicies only')
    const action = readFields(object['spec'], 'spec', []).string('action') ?? 'ALLOW'
    if (action !== 'ALLOW' && action !== 'DENY') return refuse('istio.io/dry-run', `a dry run is for actions ALLOW and DENY, not for ${action}`)
    if (!['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False'].includes(dryRun)) return refuse('istio.io/dry-run', 'the dry-run annotation is true or false')
  }
  const found = reserved.find((name) => Object.hasOwn(annotations, name))
  return found === undefined ? false : refuse(found, "only istiod may set this annotation")
}
