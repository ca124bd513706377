import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { ruleModel } from '../edit/rule-model'
import { actionWords, matchWords } from '../edit/rule-words'
import { sameRef } from '../resource'
import { getObject, type Snapshot } from '../snapshot'
import type { TableObject, TableRule } from './table-rule'

/**
 * The rules with the entries of `spec.http` among them that Istio sends nothing for, each after what comes before it in its
 * own object: those behind a rule that takes everything (SPEC RO1), and those whose matches are for other gateways.
 * Entries that delegate are no rules of their own.
 */
export function unsentRules(snapshot: Snapshot, objects: readonly TableObject[], sent: readonly TableRule[]): readonly TableRule[] {
  const rules = [...sent]
  for (const object of objects) {
    if (!object.editable) continue
    const own = (rule: TableRule): boolean => rule.owner !== null && sameRef(rule.owner, object.ref)
    const known = new Set(sent.filter(own).map((rule) => rule.http))
    httpEntries(getObject(snapshot, object.kindKey, object.ref.namespace, object.ref.name)?.['spec']).forEach((entry, http) => {
      if (known.has(http) || entry['delegate'] !== undefined) return
      const winner = sent.find((rule) => own(rule) && rule.catchAll && rule.http !== null && rule.http < http)
      const after = rules.findLastIndex((rule) => own(rule) && rule.http !== null && rule.http < http)
      const place = after >= 0 ? after + 1 : rules.findIndex(own)
      const model = ruleModel(entry)
      rules.splice(place, 0, {
        number: null, owner: object.ref, path: `spec.http[${http}]`, http, match: null, routeName: '',
        words: model.matches.length === 0 ? matchWords(undefined) : model.matches.map(matchWords).join(' | '), target: actionWords(model.action),
        catchAll: false, deadBy: winner?.number ?? null, to: [],
      })
    })
  }
  return rules
}

function httpEntries(spec: unknown): readonly JsonObject[] {
  const http = isJsonObject(spec) ? spec['http'] : undefined
  return Array.isArray(http) ? http.map((entry) => (isJsonObject(entry) ? entry : {})) : []
}
