import { formatRef } from '@/lib/mesh/resource'
import type { Explanation, TraceStep } from '@/lib/mesh/simulate/explanation'
import { verdictWords } from '@/lib/mesh/simulate/verdict-words'
import type { Paint } from './paint'
import { safe } from './safe'
import { noteWords, reasonWords } from '@/lib/mesh/simulate/trace-words'
import { breakName } from './wrap'

const label = 14
const shownLosers = 5

/** The verdict, what decided it, and the steps with what lost in each. */
export function explainText(explanation: Explanation, { columns, paint }: { readonly columns: number; readonly paint: Paint }): string {
  const colour = verdictColour(explanation, paint)
  const { resource, path, certainty, clusters, rewritten, response } = explanation
  const lines: string[] = breakName(safe(verdictWords(explanation)), columns).map((line) => colour(paint.bold(line)))
  const row = (name: string, text: string, shade: (line: string) => string = (line) => line): void => {
    breakName(safe(text), columns - label).forEach((line, index) => lines.push(`${paint.dim((index === 0 ? name : '').padEnd(label))}${shade(line)}`))
  }
  if (resource !== null) row('decided by', `${formatRef(resource)}${path === null ? '' : ` ${path}`}`)
  if (explanation.outcome.kind === 'routed') row('sent as', `${rewritten.authority} ${rewritten.path}`)
  row('logged as', `${response.status ?? '-'} ${response.flags} ${response.details}`)
  if (certainty.kind === 'conditional') row('depends on', certainty.on.join(', '), paint.doubtful)
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
  for (const [index, { name, weight, state }] of clusters.entries()) row(index === 0 ? 'clusters' : '', `${share(weight, total)}${name}${state === 'ok' ? '' : `  ${state}`}`, state === 'missing' || state === 'no-endpoints' ? paint.bad : undefined)
  lines.push('')
  for (const step of explanation.trace) stepRows(step, row, paint)
  return lines.map((line) => `${line}\n`).join('')
}

function stepRows(step: TraceStep, row: (name: string, text: string, shade?: (line: string) => string) => void, paint: Paint): void {
  const notes = step.notes.filter(({ code }) => code !== 'cluster-state' && code !== 'cluster-tls').map(noteWords)
  if (step.step === 'cluster') return
  row(step.step, [step.winner ?? (step.step === 'http-filter' ? '' : 'none'), ...notes].filter((part) => part !== '').join(': '))
  for (const loser of step.losers.slice(0, shownLosers)) row('', `not ${loser.name}: ${reasonWords(loser.reason)}`, paint.dim)
  if (step.losers.length > shownLosers) row('', `and ${step.losers.length - shownLosers} more (-o json names them)`, paint.dim)
}

function share(weight: number, total: number): string {
  return weight === total ? '' : `${Math.round((weight / total) * 1000) / 10} %  `
}

function verdictColour({ outcome, clusters }: Explanation, paint: Paint): (text: string) => string {
  switch (outcome.kind) {
    case 'routed': case 'tcp': return clusters.every(({ state }) => state === 'ok' || state === 'unknown') ? paint.good : clusters.some(({ state }) => state === 'ok') ? paint.doubtful : paint.bad
    case 'redirect': case 'tls-redirect': case 'direct-response': return paint.good
    default: return paint.bad
  }
}
