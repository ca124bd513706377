import { clusterLabel, parseClusterName } from '../graph/cluster-name'
import type { AccessLogLine } from './access-log'
import type { LogTerm, NumberTest, ParsedFilter } from './log-filter'

/** What a matcher asks of a line; each is only asked for where a term needs it, since reading a line costs. */
export interface MatchedLine {
  readonly pod: string
  /** Undefined for a line that is no access log's. */
  readonly status: number | undefined
  readonly flags: string
  readonly method: string
  readonly host: string
  text(): string
  access(): AccessLogLine | undefined
}

/** Says whether a line fits. */
export type LineMatcher = (line: MatchedLine) => boolean

/** Finds an expression in a text; undefined where the expression cannot be compiled. */
export type FindExpression = (source: string) => ((text: string) => boolean) | undefined

/** The matcher of a filter: all terms hold. An expression that does not compile matches nothing. */
export function logMatcher(filter: ParsedFilter, find: FindExpression): LineMatcher {
  const tests = [...filter.terms].sort((a, b) => cost(a) - cost(b)).map((term) => testOf(term, find))
  return (line) => {
    for (const test of tests) if (!test(line)) return false
    return true
  }
}

/** What is known of a line without reading its text is asked first. */
function cost(term: LogTerm): number {
  if (term.kind === 'text' || term.kind === 'regex') return term.kind === 'text' ? 1 : 2
  return term.field === 'status' || term.field === 'flag' || term.field === 'method' || term.field === 'host' || term.field === 'pod' ? 0 : 3
}

function testOf(term: LogTerm, find: FindExpression): LineMatcher {
  const test = positive(term, find)
  return term.negative ? (line) => !test(line) : test
}

function positive(term: LogTerm, find: FindExpression): LineMatcher {
  switch (term.kind) {
    case 'text': {
      const { text } = term
      return (line) => line.text().toLowerCase().includes(text) || line.pod.toLowerCase().includes(text)
    }
    case 'regex': {
      const finds = find(term.source)
      return finds === undefined ? () => false : (line) => finds(line.text())
    }
    case 'number': {
      const { field, tests } = term
      return (line) => {
        const value = field === 'status' ? line.status : line.access()?.duration
        return value !== undefined && value !== null && tests.some((test) => compare(test, value))
      }
    }
    case 'field': {
      const globs = term.patterns.map(globOf)
      const { field } = term
      return (line) => valuesOf(field, line).some((value) => globs.some((glob) => glob(value.toLowerCase())))
    }
  }
}

function compare(test: NumberTest, value: number): boolean {
  if (test.kind === 'class') return Math.floor(value / 100) === test.hundreds
  switch (test.operator) {
    case '=': return value === test.value
    case '>': return value > test.value
    case '>=': return value >= test.value
    case '<': return value < test.value
    case '<=': return value <= test.value
  }
}

function valuesOf(field: Extract<LogTerm, { kind: 'field' }>['field'], line: MatchedLine): readonly string[] {
  switch (field) {
    case 'flag': return line.status === undefined ? [] : line.flags.split(',')
    case 'method': return [line.method]
    case 'host': return line.status === undefined ? [] : [line.host, withoutPort(line.host)]
    case 'pod': return [line.pod, line.pod.slice(line.pod.indexOf('/') + 1), line.pod.slice(line.pod.lastIndexOf('-') + 1)]
    case 'path': { const path = line.access()?.path; return path === undefined ? [] : [path, path.split('?')[0] ?? ''] }
    case 'to': return destinationsOf(line.access()?.upstreamCluster ?? '')
    case 'route': return optional(line.access()?.routeName)
    case 'details': return optional(line.access()?.details)
    case 'sni': return optional(line.access()?.serverName)
    case 'agent': return optional(line.access()?.userAgent)
    case 'client': { const access = line.access(); return access === undefined ? [] : [...access.forwardedFor.split(',').map((one) => one.trim()), access.downstreamRemote, withoutPort(access.downstreamRemote)] }
    case 'id': return optional(line.access()?.requestId)
  }
}

/** The names of a cluster that a person may write: as Envoy has it, `cart·v1:80`, `cart·v1`, `cart`, its host. */
function destinationsOf(cluster: string): readonly string[] {
  const parts = parseClusterName(cluster)
  if (!parts) return [cluster]
  const label = clusterLabel(parts)
  const short = withoutPort(label)
  return [cluster, label, short, short.split('·')[0] ?? '', parts.host]
}

function optional(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

function withoutPort(text: string): string {
  const colon = text.lastIndexOf(':')
  return colon < 0 ? text : text.slice(0, colon)
}

/** A value with `*` for anything; the whole value must fit. */
function globOf(pattern: string): (value: string) => boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return (value) => value === pattern
  return (value) => {
    if (!value.startsWith(first) || value.length < first.length + last.length) return false
    let at = first.length
    for (const part of rest) {
      const found = value.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return value.length - last.length >= at && value.endsWith(last)
  }
}
