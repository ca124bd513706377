import type { Problem } from '../problem'
import { codeEntry } from './codes'

/** A problem in one sentence. Its own `message` goes before the registry's text; without either, its parameters. */
export function problemText(problem: Pick<Problem, 'code' | 'params'>): string {
  const own = problem.params['message']
  if (own !== undefined && own !== '') return own
  const entry = codeEntry(problem.code)
  if (entry) return entry.text(problem.params)
  return Object.keys(problem.params).sort().map((name) => `${name} ${problem.params[name] ?? ''}`).join(', ')
}
