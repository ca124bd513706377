import { RE2JS } from 're2js'

/** How many compiled expressions are kept; past it the cache starts anew. */
const CACHE_SIZE = 40_000
const cache = new Map<string, RE2JS | null>()

/** The compiled expression, or null where RE2 refuses it. Runs in linear time on any input. */
export function compileRe2(pattern: string): RE2JS | null {
  const known = cache.get(pattern)
  if (known !== undefined) return known
  if (cache.size >= CACHE_SIZE) cache.clear()
  const compiled = compile(pattern)
  cache.set(pattern, compiled)
  return compiled
}

function compile(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return null
  }
}

/** RE2::FullMatch as Envoy's safe_regex does it; an expression that RE2 refuses matches nothing. */
export function re2FullMatch(pattern: string, value: string): boolean {
  return compileRe2(pattern)?.matches(value) ?? false
}

/** RE2::GlobalReplace: every match replaced, `\1` in the substitution is a group; unchanged where RE2 refuses the expression. */
export function re2ReplaceAll(pattern: string, substitution: string, value: string): string {
  const expression = compileRe2(pattern)
  if (expression === null || highestGroup(substitution) > expression.groupCount()) return value
  const matcher = expression.matcher(value)
  let out = ''
  let position = 0
  let lastEnd = -1
  while (position <= value.length && matcher.find(position)) {
    const start = matcher.start()
    const end = matcher.end()
    out += value.slice(position, start)
    if (start === lastEnd && start === end) {
      out += value.slice(start, start + 1)
      position = start + 1
      continue
    }
    out += expand(substitution, (group) => matcher.group(group) ?? '')
    position = end
    lastEnd = end
    if (start === end && end >= value.length) break
  }
  return out + value.slice(position)
}

/** RE2::MaxSubmatch: a substitution that names a group which the expression lacks replaces nothing. */
function highestGroup(substitution: string): number {
  let highest = 0
  expand(substitution, (group) => {
    highest = Math.max(highest, group)
    return ''
  })
  return highest
}

function expand(substitution: string, group: (index: number) => string): string {
  let out = ''
  for (let i = 0; i < substitution.length; i++) {
    const char = substitution.charAt(i)
    if (char !== '\\') {
      out += char
      continue
    }
    const next = substitution.charAt(++i)
    out += next >= '0' && next <= '9' ? group(Number(next)) : next
  }
  return out
}
