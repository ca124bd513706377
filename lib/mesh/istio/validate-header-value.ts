type State = 'literal' | 'name' | 'array' | 'string-start' | 'string' | 'delimiter' | 'arguments-end' | 'variable-end'

/**
 * What is wrong with a header's value: control characters, or `%` that Envoy's old parser of header formats cannot
 * read (validateHeaderValue, a port of header_parser.cc). A lone percent sign is written `%%`.
 */
export function headerValueError(value: string): string | undefined {
  for (const char of value) {
    const code = char.codePointAt(0) ?? 0
    if ((code <= 0x1f && code !== 0x09) || code === 0x7f) return 'a header value may hold no control characters'
  }
  let state: State = 'literal'
  for (let at = 0; at < value.length; at += 1) {
    const next = step(state, value.charAt(at), value.charAt(at + 1))
    if (next === undefined) return 'a % in a header value begins a variable, as in %HOSTNAME%: write %% for the sign itself'
    state = next.state
    if (next.skip) at += 1
  }
  return state === 'literal' ? undefined : 'a variable in a header value does not end: write %% for the sign itself'
}

interface Step {
  readonly state: State
  readonly skip?: boolean
}

function step(state: State, char: string, next: string): Step | undefined {
  switch (state) {
    case 'literal':
      if (char !== '%') return { state }
      if (next === '') return undefined
      return next === '%' ? { state, skip: true } : { state: 'name' }
    case 'name': return { state: char === '%' ? 'literal' : char === '(' ? 'array' : state }
    case 'array': return { state: char === '[' ? 'string-start' : char === ' ' ? state : 'string' }
    case 'delimiter':
      if (char === ',') return { state: 'string-start' }
      if (char === ']') return { state: 'arguments-end' }
      return char === ' ' ? { state } : undefined
    case 'string-start':
      if (char === '"') return { state: 'string' }
      return char === ' ' ? { state } : undefined
    case 'string':
      if (char === '\\') return next === '' ? undefined : { state, skip: true }
      return { state: char === ')' ? 'variable-end' : char === '"' ? 'delimiter' : state }
    case 'arguments-end':
      if (char === ')') return { state: 'variable-end' }
      return char === ' ' ? { state } : undefined
    case 'variable-end':
      if (char === '%') return { state: 'literal' }
      return char === ' ' ? { state } : undefined
  }
}
