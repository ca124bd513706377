import { assertNever } from '@/lib/std/assert-never'
import type { ActionModel, Condition, DestinationModel, MatchModel, RuleModel, StringCondition } from './rule-model'

/** A match in one line, method first: `GET /cart/* x-beta`. `/*` for a match without conditions. */
export function matchWords(match: MatchModel | undefined): string {
  if (!match) return '/*'
  const method = match.conditions.filter((condition) => condition.kind === 'method').map(conditionWords)
  const uri = match.conditions.filter((condition) => condition.kind === 'uri').map(conditionWords)
  const rest = match.conditions.filter((condition) => condition.kind !== 'method' && condition.kind !== 'uri').map(conditionWords)
  return [...method, ...(uri.length === 0 ? ['/*'] : uri), ...rest].join(' ')
}

/** One condition in words, as in a token of the editor. */
export function conditionWords(condition: Condition): string {
  switch (condition.kind) {
    case 'uri':
    case 'method':
      return patternWords(condition.match)
    case 'authority':
    case 'scheme':
      return `${condition.kind} ${patternWords(condition.match)}`
    case 'header':
      return namedWords(condition.name, condition.match)
    case 'without-header':
      return `not ${namedWords(condition.name, condition.match)}`
    case 'query':
      return `?${namedWords(condition.name, condition.match)}`
    case 'port':
      return `port ${condition.value}`
    case 'ignore-case':
      return 'any case'
    case 'raw':
      return condition.name
    default:
      return assertNever(condition)
  }
}

/** Where a rule sends, in one line: `cart·v1:80 90, cart·v2:80 10`, `301 → /`. */
export function actionWords(action: ActionModel): string {
  switch (action.kind) {
    case 'route':
      return action.destinations.length === 1
        ? destinationWords(action.destinations[0])
        : action.destinations.map((destination) => `${destination.subset ?? destinationWords(destination)} ${destination.weight ?? 0}`).join(', ')
    case 'redirect':
      return `${action.redirectCode ?? 301} → ${[action.scheme === null ? '' : `${action.scheme}://`, action.authority ?? '', action.uri ?? ''].join('') || 'same address'}`
    case 'raw':
      return action.name ?? 'no action'
    default:
      return assertNever(action)
  }
}

/** A destination as the map writes it: `cart·v1:80`. */
export function destinationWords(destination: DestinationModel | undefined): string {
  if (!destination) return 'nowhere'
  return `${destination.host}${destination.subset === null ? '' : `·${destination.subset}`}${destination.port === null ? '' : `:${destination.port}`}`
}

/** The rule's matches in one line each; a rule without matches takes everything. */
export function ruleWords(rule: RuleModel): readonly string[] {
  return rule.matches.length === 0 ? ['/*'] : rule.matches.map(matchWords)
}

function patternWords(match: StringCondition): string {
  switch (match.type) {
    case 'exact':
      return match.value
    case 'prefix':
      return `${match.value}*`
    case 'regex':
      return `~${match.value}`
    case 'present':
      return 'any'
    default:
      return assertNever(match.type)
  }
}

function namedWords(name: string, match: StringCondition): string {
  return match.type === 'present' ? name : `${name}=${patternWords(match)}`
}
