import type { Problem } from '@/lib/mesh/problem'

/** A finding in one sentence: the analyser's own words where it gives them (`message`), else its parameters. */
export function problemWords(problem: Problem): string {
  const own = problem.params['message']
  if (own !== undefined && own !== '') return own
  const parts = Object.keys(problem.params).sort().map((name) => `${name} ${problem.params[name] ?? ''}`)
  return parts.length === 0 ? 'no further words' : parts.join(', ')
}
