/** A format string with command operators, parsed: literal text or an operator. */
export type FormatPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'operator'; readonly name: string; readonly argument: string; readonly maximum: number | undefined }

const parsed = new Map<string, readonly FormatPart[]>()

/** The parts of a format string, memoised. */
export function formatParts(format: string): readonly FormatPart[] {
  const known = parsed.get(format)
  if (known !== undefined) return known
  const made: FormatPart[] = []
  let position = 0
  while (position < format.length) {
    const percent = format.indexOf('%', position)
    if (percent < 0) break
    if (percent > position) made.push({ kind: 'text', text: format.slice(position, percent) })
    const end = closing(format, percent + 1)
    if (end < 0) {
      position = percent
      break
    }
    made.push(format.startsWith('%%', percent) ? { kind: 'text', text: '%' } : operator(format.slice(percent + 1, end)))
    position = end + 1
  }
  if (position < format.length) made.push({ kind: 'text', text: format.slice(position) })
  parsed.set(format, made)
  return made
}

/** The percent sign that ends an operator; one inside parentheses does not. */
function closing(format: string, from: number): number {
  const end = format.indexOf('%', from)
  const open = format.indexOf('(', from)
  if (open < 0 || open > end) return end
  const close = format.indexOf(')', open)
  return close < 0 ? end : format.indexOf('%', close)
}

function operator(text: string): FormatPart {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  const colon = text.lastIndexOf(':')
  const limit = colon > close ? Number(text.slice(colon + 1)) : NaN
  const maximum = Number.isInteger(limit) ? limit : undefined
  if (open < 0 || close < open) return { kind: 'operator', name: maximum === undefined ? text : text.slice(0, colon), argument: '', maximum }
  return { kind: 'operator', name: text.slice(0, open), argument: text.slice(open + 1, close), maximum }
}

/** A value cut to an operator's maximum length. */
export function cutTo(value: string | undefined, maximum: number | undefined): string | undefined {
  return value === undefined || maximum === undefined ? value : value.slice(0, maximum)
}


/** Fills a format string: `evaluate` gives an operator's value, `missing` stands where there is none. */
export function fillWith(format: string, evaluate: (name: string, argument: string) => string | undefined, missing: string): string {
  return formatParts(format).map((part) => (part.kind === 'text' ? part.text : cutTo(evaluate(part.name, part.argument), part.maximum) ?? missing)).join('')
}

/** The first of the headers that an operator's argument names (`X-A?:PATH`) which is there. */
export function headerOperator(headers: ReadonlyMap<string, readonly string[]>, argument: string): string | undefined {
  for (const name of argument.toLowerCase().split('?')) {
    const [value] = headers.get(name) ?? []
    if (value !== undefined) return value
  }
  return undefined
}
