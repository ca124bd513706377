import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Fields } from './read'
import { writtenMatch } from './string-match'
import type { Report } from './validation-report'

/** What istiod compares of a match by prefix with later ones. */
interface PrefixMatch {
  readonly rule: number
  readonly path: string
  readonly prefix: string
  readonly port: number
  readonly method: string
  readonly authority: string
  readonly conditions: readonly ReadonlyMap<string, string>[]
}

/** IST0130 and IST0131 of http rules (analyzeUnreachableHTTPRules): linear in the rules but for prefixes that really nest. */
export function unreachableHttpRules(rules: readonly Fields[], report: Report): void {
  const prefixes: PrefixMatch[] = []
  unreachable(rules, report, (match, rule) => {
    const prefix = readPrefix(match, rule)
    if (prefix) prefixes.push(prefix)
  })
  reportCovered(prefixes, report)
}

/** IST0130 and IST0131 of tls or tcp rules. */
export function unreachableL4Rules(rules: readonly Fields[], report: Report): void {
  unreachable(rules, report, () => {})
}

function unreachable(rules: readonly Fields[], report: Report, keep: (match: Fields, rule: number) => void): void {
  const seen = new Map<string, number>()
  let catchAll = -1
  rules.forEach((rule, number) => {
    const matches = rule.objects('match')
    if (matches.length === 0) {
      if (catchAll >= 0) report.warn(rule.path, `never reached: rule ${catchAll + 1} takes everything already`, 'IST0130')
      catchAll = number
      return
    }
    if (catchAll >= 0) {
      for (const match of matches) report.warn(match.path, `never reached: rule ${catchAll + 1} takes everything already`, 'IST0130')
      return
    }
    let duplicates = 0
    for (const match of matches) {
      const text = canonical(match.raw, true)
      const earlier = seen.get(text)
      if (earlier === undefined) {
        seen.set(text, number)
        keep(match, number)
        continue
      }
      duplicates += 1
      report.warn(match.path, `has no effect: rule ${earlier + 1} has the same match`, 'IST0131')
    }
    if (duplicates === matches.length) report.warn(rule.path, 'never reached: earlier rules have all its matches', 'IST0130')
  })
}

function readPrefix(match: Fields, rule: number): PrefixMatch | undefined {
  const uri = writtenMatch(match.object('uri'))
  if (uri.kind !== 'prefix' || uri.value === '') return undefined
  const method = written(match.object('method'))
  return {
    rule, path: match.path, prefix: uri.value, port: match.int('port') ?? 0, method: method === '' ? 'exact:GET' : method, authority: written(match.object('authority')),
    conditions: ['headers', 'queryParams', 'withoutHeaders'].map((key) => new Map(match.objectMap(key).map(([name, value]) => [name, written(value)]))),
  }
}

function written(match: Fields | undefined): string {
  const { kind, value } = writtenMatch(match)
  return value === '' || kind === 'regex' || kind === undefined ? '' : `${kind}:${value}`
}

/** An earlier prefix covers a later, longer one. Each later prefix looks its own beginnings up, so that no pair is compared that does not nest. */
function reportCovered(matches: readonly PrefixMatch[], report: Report): void {
  const byPrefix = new Map<string, PrefixMatch[]>()
  for (const later of matches) {
    for (let end = 1; end < later.prefix.length; end += 1) {
      const earlier = byPrefix.get(later.prefix.slice(0, end))?.find((candidate) => coversOther(candidate, later))
      if (!earlier) continue
      report.warn(later.path, `prefix ${later.prefix} is under prefix ${earlier.prefix} of rule ${earlier.rule + 1}, which comes first`, 'IST0131')
      break
    }
    const same = byPrefix.get(later.prefix)
    if (same) same.push(later)
    else byPrefix.set(later.prefix, [later])
  }
}

function coversOther(earlier: PrefixMatch, later: PrefixMatch): boolean {
  return earlier.port === later.port && earlier.method.startsWith(later.method) && earlier.authority.startsWith(later.authority) && earlier.conditions.every((conditions, index) => {
    const others = later.conditions[index]
    return others?.size === conditions.size && [...conditions].every(([name, value]) => { const other = others.get(name); return other !== undefined && value.startsWith(other) })
  })
}

/** A match as istiod's JSON has it, with sorted keys, without its name and without members at their default. */
function canonical(value: Json | undefined, top: boolean): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item, false)).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value ?? null)
  const keys = Object.keys(value).sort().filter((key) => !top || (key !== 'name' && !isDefault(value, key)))
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key], false)}`).join(',')}}`
}

const maps = new Set(['headers', 'withoutHeaders', 'queryParams', 'sourceLabels'])

function isDefault(holder: JsonObject, key: string): boolean {
  const value = holder[key]
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && maps.has(key) && Object.keys(value).length === 0
}
