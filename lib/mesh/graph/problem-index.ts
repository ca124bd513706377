import type { Problem } from '../problem'
import { sameRef, type FieldPath, type ResourceRef } from '../resource'
import type { MapFinding, MapTrouble } from './model'

/** Problems by the name of the object they are about; a name alone needs no key to be made for each look. */
export type ProblemIndex = ReadonlyMap<string, readonly Problem[]>

/** The problems of one object. */
export function problemsOf(index: ProblemIndex, resource: ResourceRef): readonly Problem[] {
  return index.get(resource.name)?.filter((problem) => sameRef(problem.subject, resource)) ?? []
}

/** Sorts problems by their subject. */
export function indexProblems(problems: readonly Problem[]): ProblemIndex {
  const index = new Map<string, Problem[]>()
  for (const problem of problems) {
    const key = problem.subject.name
    const list = index.get(key)
    if (list) list.push(problem)
    else index.set(key, [problem])
  }
  return index
}

/** Whether `path` is `root` or a field inside it. */
export function pathWithin(path: FieldPath, root: FieldPath): boolean {
  if (!path.startsWith(root)) return false
  const next = path.charAt(root.length)
  return next === '' || next === '.' || next === '['
}

/** The problems of one rule: those at it, inside it, or at the rule whose match it is; not those of its sibling matches. */
export function problemsOfRule(index: ProblemIndex, resource: ResourceRef, path: FieldPath): readonly Problem[] {
  if (index.size === 0) return []
  const root = ruleRoot(path)
  return problemsOf(index, resource).filter((problem) => {
    if (!pathWithin(problem.path, root)) return false
    return pathWithin(problem.path, path) || pathWithin(path, problem.path) || !problem.path.startsWith(`${root}.match[`)
  })
}

/** Whether a problem is about a host: those that name one in their params are about no other. */
export function concernsHost(problem: Problem, domains: readonly string[]): boolean {
  const host = problem.params['host']
  return host === undefined || problem.code !== 'MER014' || domains.includes(host)
}

/** `spec.http[2]` of `spec.http[2].match[0]`. */
export function ruleRoot(path: FieldPath): FieldPath {
  const at = path.indexOf('.match[')
  return at < 0 ? path : path.slice(0, at)
}

/** A problem without its subject, as the map carries it. */
export function toFinding(problem: Problem): MapFinding {
  return { code: problem.code, severity: problem.severity, path: problem.path, params: problem.params }
}

/** Counts errors and warnings and names the worst; null when there is neither. */
export function troubleOf(problems: readonly { readonly code: string; readonly severity: Problem['severity'] }[]): MapTrouble | null {
  let errors = 0
  let warnings = 0
  let first: { code: string; severity: Problem['severity'] } | undefined
  for (const problem of problems) {
    if (problem.severity === 'info') continue
    if (problem.severity === 'error') errors++
    else warnings++
    if (!first || (first.severity !== 'error' && problem.severity === 'error')) first = problem
  }
  return first ? { errors, warnings, code: first.code } : null
}
