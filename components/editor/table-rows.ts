import { isJsonObject } from '@/lib/std/json'
import type { HostTableData } from '@/lib/contract/views/table'
import { ruleModel, type RuleModel } from '@/lib/mesh/edit/rule-model'
import { actionWords, matchWords } from '@/lib/mesh/edit/rule-words'
import { httpRules } from './draft-state'
import { ruleChanges, type RuleChange } from './rule-changes'
import { objectKey, type EditedObject } from './use-editing'

/** A row of the list of rules: an Envoy route, with the entry of `spec.http` that it came from. */
export interface TableRow {
  readonly id: string
  /** In Envoy's order; null for an entry that Istio sends nothing for. */
  readonly number: number | null
  readonly words: string
  readonly target: string
  readonly owner: string
  readonly ownerKey: string
  readonly http: number | null
  readonly catchAll: boolean
  readonly deadBy: number | null
  readonly locked: boolean
  readonly change: RuleChange
  readonly model: RuleModel | null
}

/** The table's rules as rows, in the words of the drafts where they can be edited. */
export function tableRows(table: HostTableData, objects: ReadonlyMap<string, EditedObject>): readonly TableRow[] {
  const changes = new Map([...objects].map(([key, { draft, reading }]) => [key, reading.ok ? ruleChanges(httpRules(draft.base), reading.rules) : []] as const))
  return table.rules.map((rule): TableRow => {
    const key = rule.owner ? objectKey(rule.owner) : ''
    const editable = table.objects.some((object) => object.editable && rule.owner !== null && objectKey(object.ref) === key && object.ref.kind === rule.owner.kind)
    const edited = editable ? objects.get(key) : undefined
    const raw = edited?.reading.ok === true && rule.http !== null ? edited.reading.rules[rule.http] : undefined
    const model = isJsonObject(raw) ? ruleModel(raw) : null
    return {
      id: `${key}#${rule.path}`, number: rule.number,
      words: model ? wordsOf(model, rule.match) : rule.words,
      target: model ? actionWords(model.action) : rule.target,
      owner: key, ownerKey: key, http: rule.http, catchAll: rule.catchAll, deadBy: rule.deadBy,
      locked: !editable, model,
      change: rule.http === null ? { kind: 'same' } : (changes.get(key)?.[rule.http] ?? { kind: 'same' }),
    }
  })
}

/** The match that the route came from; all of them where it stands for the whole entry. */
function wordsOf(model: RuleModel, match: number | null): string {
  if (match !== null || model.matches.length === 0) return matchWords(match === null ? undefined : model.matches[match])
  return model.matches.map(matchWords).join(' | ')
}
