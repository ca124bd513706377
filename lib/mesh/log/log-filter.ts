/** What a person may filter log lines by, `field:value`. */
export const logFields = ['status', 'flag', 'method', 'host', 'path', 'to', 'route', 'pod', 'duration', 'details', 'sni', 'agent', 'client', 'id'] as const

/** See logFields. */
export type LogField = (typeof logFields)[number]

/** What a number must be: `404`, `>=500`, or a class of status codes `5xx`. */
export type NumberTest =
  | { readonly kind: 'compare'; readonly operator: '=' | '>' | '>=' | '<' | '<='; readonly value: number }
  | { readonly kind: 'class'; readonly hundreds: number }

/** One condition of a filter, with its place in the text (`from` inclusive, `to` exclusive). */
export type LogTerm = { readonly negative: boolean; readonly from: number; readonly to: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'number'; readonly field: 'status' | 'duration'; readonly tests: readonly NumberTest[] }
  | { readonly kind: 'field'; readonly field: Exclude<LogField, 'status' | 'duration'>; readonly patterns: readonly string[] }
)

/** What is wrong with a filter, and where in its text. */
export interface FilterIssue {
  readonly from: number
  readonly to: number
  readonly message: string
}

/** A filter as read; all its terms must hold. With issues, `terms` are those that could be read. */
export interface ParsedFilter {
  readonly terms: readonly LogTerm[]
  readonly issues: readonly FilterIssue[]
}

interface Word {
  readonly negative: boolean
  readonly from: number
  readonly to: number
  readonly field: string | undefined
  readonly value: string
  readonly quote: '"' | '/' | undefined
  readonly closed: boolean
}

/**
 * Reads a filter: words, `"a phrase"`, `/re2/`, `field:value`, each with `-` before it to exclude; commas part
 * alternatives (`status:404,5xx`), `*` stands for anything in a field's value, numbers compare (`duration:>=500`).
 * Never throws; what cannot be read is an issue at its place.
 */
export function parseLogFilter(text: string): ParsedFilter {
  const terms: LogTerm[] = []
  const issues: FilterIssue[] = []
  for (const word of wordsOf(text)) {
    const read = readWord(word)
    if (typeof read === 'string') issues.push({ from: word.from, to: word.to, message: read })
    else if (read) terms.push(read)
  }
  return { terms, issues }
}

/** A word as a term; a sentence where it is wrong; undefined for nothing at all. */
function readWord(word: Word): LogTerm | string | undefined {
  const { negative, from, to, field, value, quote, closed } = word
  const place = { negative, from, to }
  if (!closed) return quote === '/' ? 'The expression has no closing /' : 'The phrase has no closing quote'
  if (field === undefined) {
    if (value === '') return negative || quote !== undefined ? 'Nothing to search for' : undefined
    return quote === '/' ? { ...place, kind: 'regex', source: value } : { ...place, kind: 'text', text: value.toLowerCase() }
  }
  const known = logFields.find((one) => one === field.toLowerCase())
  if (known === undefined) return `There is no field “${field}”: use ${logFields.join(', ')}, or quote the word to search it as text`
  if (value === '') return `${known}: needs a value`
  const values = quote === undefined ? value.split(',').filter((one) => one !== '') : [value]
  if (known !== 'status' && known !== 'duration') return { ...place, kind: 'field', field: known, patterns: values.map((one) => one.toLowerCase()) }
  const tests = values.map((one) => readNumber(one, known))
  const bad = tests.findIndex((test) => test === undefined)
  if (bad >= 0) return known === 'status' ? `“${values[bad] ?? ''}” is no status: 404, 5xx or >=500` : `“${values[bad] ?? ''}” is no duration in milliseconds: >500 or <=20`
  return { ...place, kind: 'number', field: known, tests: tests.filter((test) => test !== undefined) }
}

function readNumber(text: string, field: 'status' | 'duration'): NumberTest | undefined {
  const first = text.charAt(0)
  if (field === 'status' && text.length === 3 && text.toLowerCase().endsWith('xx') && first >= '1' && first <= '5') return { kind: 'class', hundreds: Number(first) }
  const operator = (['>=', '<=', '>', '<', '='] as const).find((one) => text.startsWith(one))
  const rest = operator === undefined ? text : text.slice(operator.length)
  const digits = rest.endsWith('ms') ? rest.slice(0, -2) : rest
  if (digits === '' || !isDigits(digits)) return undefined
  return { kind: 'compare', operator: operator ?? '=', value: Number(digits) }
}

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charAt(at) < '0' || text.charAt(at) > '9') return false
  return text.length <= 12
}

/** The words of a filter, parted by spaces outside of quotes and expressions. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  let at = 0
  while (at < text.length) {
    if (isSpace(text.charAt(at))) {
      at++
      continue
    }
    const word = wordAt(text, at)
    words.push(word)
    at = word.to
  }
  return words
}

function wordAt(text: string, from: number): Word {
  const negative = text.charAt(from) === '-'
  const start = negative ? from + 1 : from
  const colon = fieldEnd(text, start)
  const field = colon === undefined ? undefined : text.slice(start, colon)
  const begin = colon === undefined ? start : colon + 1
  const first = text.charAt(begin)
  const quote = first === '"' || (first === '/' && field === undefined && closes(text, begin)) ? first : undefined
  if (quote === undefined) {
    const to = wordEnd(text, begin)
    return { negative, from, to, field, value: text.slice(begin, to), quote, closed: true }
  }
  let at = begin + 1
  let value = ''
  for (; at < text.length && text.charAt(at) !== quote; at++) {
    if (text.charAt(at) === '\\' && text.charAt(at + 1) === quote) at++
    value += text.charAt(at)
  }
  return { negative, from, to: Math.min(at + 1, text.length), field, value, quote: quote === '"' ? '"' : '/', closed: at < text.length }
}

/** Where the field's colon stands: letters and nothing else before it. A time of day or a port is no field. */
function fieldEnd(text: string, start: number): number | undefined {
  let at = start
  while (at < text.length && isLetter(text.charAt(at))) at++
  return at > start && text.charAt(at) === ':' && !text.startsWith('//', at + 1) ? at : undefined
}

/** Whether a `/` begins an expression and not a path: another `/` ends it, with a space or the end after it. */
function closes(text: string, begin: number): boolean {
  for (let at = begin + 1; at < text.length && !isSpace(text.charAt(at)); at++) if (text.charAt(at) === '/' && text.charAt(at - 1) !== '\\' && at > begin + 1 && (at + 1 === text.length || isSpace(text.charAt(at + 1)))) return true
  return false
}

function wordEnd(text: string, begin: number): number {
  let at = begin
  while (at < text.length && !isSpace(text.charAt(at))) at++
  return at
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t'
}

function isLetter(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_'
}
