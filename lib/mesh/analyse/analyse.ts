import { compareBytes } from '@/lib/std/compare-bytes'
import type { Problem, Severity } from '../problem'
import { formatRef } from '../resource'
import type { Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { crashProblems } from './crashes'
import { deadRules } from './dead-rules'
import { destinationProblems } from './destinations'
import { destinationRuleProblems } from './destination-rules'
import { gatewayPortProblems } from './gateway-ports'
import { hiddenServices } from './hidden-services'
import { missingParents } from './kube-parents'
import { gatewayProblems } from './gateways'
import { missingReferences } from './missing-references'
import { portNameProblems } from './port-names'
import { redirectScopeProblems } from './redirect-scope'
import { rewriteSlashes } from './rewrite-slashes'
import { validationProblems } from './validation'

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/**
 * All findings over the edge, each once, worst first: what the gateways' translations found, and what the analysers
 * say of the objects. Pure; costs one pass over the VirtualServices and over the changed virtual hosts.
 */
export function analyse({ snapshot, compiled }: { readonly snapshot: Snapshot; readonly compiled: readonly Compiled[] }): readonly Problem[] {
  const found = new Map<string, Problem>()
  const add = (problems: readonly Problem[]) => {
    for (const problem of problems) {
      const key = `${problem.code} ${formatRef(problem.subject)} ${problem.path}`
      if (!found.has(key)) found.set(key, problem)
    }
  }
  for (const each of compiled) add(each.findings)
  add(crashProblems(snapshot))
  add(missingReferences(snapshot))
  add(missingParents(snapshot))
  add(destinationProblems(snapshot))
  add(gatewayProblems(snapshot))
  add(validationProblems(snapshot))
  add(destinationRuleProblems(snapshot))
  add(portNameProblems(snapshot))
  add(rewriteSlashes(snapshot))
  const gateways = compiled.map(({ gateway }) => gateway)
  add(hiddenServices(snapshot, gateways))
  add(gatewayPortProblems(snapshot, gateways))
  for (const each of compiled) {
    add(deadRules(each))
    add(redirectScopeProblems(each))
  }
  return [...found.values()].sort((a, b) =>
    rank[a.severity] - rank[b.severity] || compareBytes(a.code, b.code) || compareBytes(formatRef(a.subject), formatRef(b.subject)) || compareBytes(a.path, b.path))
}
