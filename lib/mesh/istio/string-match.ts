import type { Fields } from './read'
import { regexError } from './validate-names'
import type { Report } from './validation-report'

const kinds = ['exact', 'prefix', 'regex'] as const

/** A StringMatch as written; `kind` is undefined for one that says nothing. */
export interface WrittenMatch {
  readonly kind: (typeof kinds)[number] | undefined
  readonly value: string
}

/** Reads a StringMatch; of several members of the oneof the last counts. */
export function writtenMatch(match: Fields | undefined): WrittenMatch {
  const kind = match && kinds.findLast((key) => match.has(key))
  return { kind, value: kind === undefined ? '' : (match?.string(kind) ?? '') }
}

/** Rules of a StringMatch: neither prefix nor regex may be empty (validateStringMatch). */
export function validateMatch(match: Fields | undefined, report: Report): void {
  if (!match) return
  const { kind, value } = writtenMatch(match)
  if (kind === 'prefix' && value === '') report.error(`${match.path}.prefix`, 'an empty prefix matches nothing that could be told apart: leave the match out')
  validateRegexMatch(match, report)
}

/** Rules of a StringMatch that may have an empty prefix (validateStringMatchRegexp). */
export function validateRegexMatch(match: Fields | undefined, report: Report): void {
  if (!match) return
  const { kind, value } = writtenMatch(match)
  if (kind === 'regex') report.check(`${match.path}.regex`, value === '' ? 'the regular expression is empty' : regexError(value))
}
