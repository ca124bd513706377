import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { verdictWords } from '@/lib/mesh/simulate/verdict-words'
import { lostRules } from './losers'
import { cellsOf, firstDifference, stepNames } from './witness-rows'
import type { LiveWitness } from './use-live'

/** The answer for a chat: verdict, steps, what lost, and where pods differ. */
export function explanationMarkdown({ asked, gateway, explanation, facts, witnesses }: { readonly asked: string; readonly gateway: string; readonly explanation: ExplanationData; readonly facts: ExplainedFactsData | null; readonly witnesses: readonly LiveWitness[] }): string {
  const cells = cellsOf(explanation, facts)
  const { resource, path, certainty } = explanation
  return [
    `**${verdictWords(explanation)}**`, '', `\`${asked}\` at \`${gateway}\``, '',
    ...stepNames.flatMap((name) => (cells[name].state === 'not-reached' ? [] : [`- ${name}: \`${cells[name].fact}\`${cells[name].aside === '' ? '' : ` (${cells[name].aside})`}`])),
    ...(resource === null ? [] : [`- Decided by: \`${resource.kind} ${resource.namespace}/${resource.name}${path === null ? '' : ` ${path}`}\``]),
    ...(certainty.kind === 'exact' ? [] : [`- Depends on: ${certainty.on.join(', ')}`]),
    ...lostRules(explanation, facts).slice(0, 5).map((rule) => `- Not rule ${rule.number}${rule.owner === '' ? '' : ` (\`${rule.owner} ${rule.field}\`)`}: ${rule.why}`),
    ...witnesses.flatMap((one) => {
      const difference = one.explanation === null ? null : firstDifference(explanation, one.explanation)
      return one.explanation === null ? [] : [`- Pod \`${one.pod}\`: ${difference === null ? 'the same' : `differs from ${difference.toLowerCase()} on: ${verdictWords(one.explanation)}`}`]
    }),
    '',
  ].join('\n')
}
