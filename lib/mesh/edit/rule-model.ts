import { isJsonObject, ownProperty, type Json, type JsonObject } from '@/lib/std/json'
import type { PathStep } from './edit'

/** How a string is matched; `present` is Istio's empty StringMatch (and regex `*`). */
export interface StringCondition {
  readonly type: 'exact' | 'prefix' | 'regex' | 'present'
  readonly value: string
}

/** One condition of a match as the form shows it. `path` leads to it from the rule. `raw`: no form for it, kept and edited as YAML. */
export type Condition =
  | { readonly kind: 'uri' | 'method' | 'authority' | 'scheme'; readonly match: StringCondition; readonly path: readonly PathStep[] }
  | { readonly kind: 'header' | 'without-header' | 'query'; readonly name: string; readonly match: StringCondition; readonly path: readonly PathStep[] }
  | { readonly kind: 'port'; readonly value: number; readonly path: readonly PathStep[] }
  | { readonly kind: 'ignore-case'; readonly path: readonly PathStep[] }
  | { readonly kind: 'raw'; readonly name: string; readonly value: Json; readonly path: readonly PathStep[] }

/** One element of `match`: its conditions hold together. */
export interface MatchModel {
  readonly index: number
  readonly name: string | null
  readonly conditions: readonly Condition[]
}

/** One weighted destination. `weight` is as written; `share` of the sum is for showing. */
export interface DestinationModel {
  readonly index: number
  readonly host: string
  readonly subset: string | null
  readonly port: number | null
  readonly weight: number | null
  /** Fields of the destination that the form does not show (headers …). */
  readonly others: readonly string[]
}

/** What a rule does with the request. `raw`: directResponse, delegate or nothing, edited as YAML. */
export type ActionModel =
  | { readonly kind: 'route'; readonly destinations: readonly DestinationModel[] }
  | { readonly kind: 'redirect'; readonly uri: string | null; readonly authority: string | null; readonly scheme: string | null; readonly port: number | null; readonly redirectCode: number | null }
  | { readonly kind: 'raw'; readonly name: string | null }

/** Retries as written; unset numbers are null. */
export interface RetriesModel {
  readonly attempts: number | null
  readonly perTryTimeout: string | null
  readonly retryOn: string | null
}

/** One entry of `spec.http` as a sentence: when, send, also; `raw` lists the fields that have no form. */
export interface RuleModel {
  readonly name: string | null
  readonly matches: readonly MatchModel[]
  readonly action: ActionModel
  readonly timeout: string | null
  readonly retries: RetriesModel | null
  readonly rewrite: { readonly uri: string | null; readonly authority: string | null } | null
  readonly raw: readonly { readonly name: string; readonly value: Json }[]
}

const formed: ReadonlySet<string> = new Set(['name', 'match', 'route', 'redirect', 'timeout', 'retries', 'rewrite'])
const formedRewrite: ReadonlySet<string> = new Set(['uri', 'authority'])
const stringConditions = ['uri', 'scheme', 'method', 'authority'] as const
const namedConditions = [['headers', 'header'], ['withoutHeaders', 'without-header'], ['queryParams', 'query']] as const

/** Reads an untyped rule for the form. What cannot be read as expected is listed under `raw`, never lost. */
export function ruleModel(rule: JsonObject): RuleModel {
  const rewrite = field(rule, 'rewrite')
  const retries = field(rule, 'retries')
  const plainRewrite = isJsonObject(rewrite) && Object.keys(rewrite).every((key) => formedRewrite.has(key))
  const raw = Object.entries(rule).flatMap(([name, value]) => {
    const shown = formed.has(name) && readable(name, value, plainRewrite)
    return value === undefined || shown ? [] : [{ name, value }]
  })
  return {
    name: text(rule, 'name'),
    matches: list(field(rule, 'match')).map(matchModel),
    action: actionModel(rule),
    timeout: text(rule, 'timeout'),
    retries: isJsonObject(retries) ? { attempts: count(retries, 'attempts'), perTryTimeout: text(retries, 'perTryTimeout'), retryOn: text(retries, 'retryOn') } : null,
    rewrite: plainRewrite ? { uri: text(rewrite, 'uri'), authority: text(rewrite, 'authority') } : null,
    raw,
  }
}

function readable(name: string, value: Json | undefined, plainRewrite: boolean): boolean {
  if (name === 'rewrite') return plainRewrite
  if (name === 'name' || name === 'timeout') return typeof value === 'string'
  if (name === 'match' || name === 'route') return Array.isArray(value)
  return isJsonObject(value)
}

function actionModel(rule: JsonObject): ActionModel {
  const redirect = field(rule, 'redirect')
  if (isJsonObject(redirect)) {
    return { kind: 'redirect', uri: text(redirect, 'uri'), authority: text(redirect, 'authority'), scheme: text(redirect, 'scheme'), port: count(redirect, 'port'), redirectCode: count(redirect, 'redirectCode') }
  }
  for (const name of ['directResponse', 'delegate']) if (field(rule, name) !== undefined) return { kind: 'raw', name }
  if (Array.isArray(field(rule, 'route'))) return { kind: 'route', destinations: list(field(rule, 'route')).map(destinationModel) }
  return { kind: 'raw', name: null }
}

function destinationModel(item: Json, index: number): DestinationModel {
  const entry = isJsonObject(item) ? item : {}
  const destination = field(entry, 'destination')
  const to = isJsonObject(destination) ? destination : {}
  const port = field(to, 'port')
  return {
    index,
    host: text(to, 'host') ?? '',
    subset: text(to, 'subset'),
    port: isJsonObject(port) ? count(port, 'number') : null,
    weight: count(entry, 'weight'),
    others: Object.keys(entry).filter((key) => key !== 'destination' && key !== 'weight'),
  }
}

function matchModel(item: Json, index: number): MatchModel {
  const match = isJsonObject(item) ? item : {}
  const at = (...steps: readonly PathStep[]): readonly PathStep[] => ['match', index, ...steps]
  const conditions: Condition[] = []
  const known = new Set<string>(['name'])
  for (const kind of stringConditions) {
    const read = stringCondition(field(match, kind))
    if (read) conditions.push({ kind, match: read, path: at(kind) })
    if (read) known.add(kind)
  }
  for (const [key, kind] of namedConditions) {
    const map = field(match, key)
    if (!isJsonObject(map)) continue
    known.add(key)
    for (const [name, value] of Object.entries(map)) {
      const read = stringCondition(value ?? null)
      if (read) conditions.push({ kind, name, match: read, path: at(key, name) })
      else if (value !== undefined) conditions.push({ kind: 'raw', name: `${key}.${name}`, value, path: at(key, name) })
    }
  }
  const port = count(match, 'port')
  if (port !== null) conditions.push({ kind: 'port', value: port, path: at('port') })
  if (field(match, 'ignoreUriCase') === true) conditions.push({ kind: 'ignore-case', path: at('ignoreUriCase') })
  if (port !== null) known.add('port')
  if (field(match, 'ignoreUriCase') === true) known.add('ignoreUriCase')
  for (const [name, value] of Object.entries(match)) if (!known.has(name) && value !== undefined) conditions.push({ kind: 'raw', name, value, path: at(name) })
  return { index, name: text(match, 'name'), conditions }
}

function stringCondition(value: Json | undefined): StringCondition | undefined {
  if (!isJsonObject(value)) return undefined
  const keys = Object.keys(value)
  if (keys.length === 0) return { type: 'present', value: '' }
  const [type] = keys
  if (keys.length !== 1 || (type !== 'exact' && type !== 'prefix' && type !== 'regex')) return undefined
  const written = field(value, type)
  if (typeof written !== 'string') return undefined
  return type === 'regex' && written === '*' ? { type: 'present', value: '' } : { type, value: written }
}

/** A condition's StringMatch as it is written into the object. */
export function writeStringCondition(condition: StringCondition): JsonObject {
  return condition.type === 'present' ? {} : { [condition.type]: condition.value }
}

/** Weights as shares of their sum, in percent with at most one decimal; a single destination takes all whatever its weight. */
export function sharesOf(destinations: readonly DestinationModel[]): readonly number[] {
  if (destinations.length === 1) return [100]
  const sum = destinations.reduce((total, destination) => total + (destination.weight ?? 0), 0)
  return destinations.map((destination) => (sum === 0 ? 0 : Math.round(((destination.weight ?? 0) / sum) * 1_000) / 10))
}

function field(object: JsonObject, key: string): Json | undefined {
  return ownProperty(object, key)
}

function text(object: JsonObject, key: string): string | null {
  const value = field(object, key)
  return typeof value === 'string' ? value : null
}

function count(object: JsonObject, key: string): number | null {
  const value = field(object, key)
  return typeof value === 'number' ? value : null
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
