const key = '"managedFields":['

/**
 * JSON text with the items of every list `managedFields` left out, unparsed: they are the larger part of a pod, and of
 * narrow records nothing of them is kept. A string cannot hold the key, since its quotes would be escaped in it.
 * Text that is no JSON is left to the parser.
 */
export function withoutManagedFields(text: string): string {
  let kept = ''
  let from = 0
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, from)) {
    const start = at + key.length
    const end = closing(text, start)
    if (end < 0) break
    kept += text.slice(from, start)
    from = end
  }
  return from === 0 ? text : kept + text.slice(from)
}

const [quote, backslash, open, close] = [34, 92, 91, 93]

/** The place of the bracket that ends a list whose items begin at `from`; -1 where there is none. */
function closing(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = text.indexOf('"', at + 1)
      while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
      if (at < 0) return -1
    } else if (code === open) depth++
    else if (code === close && --depth === 0) return at
  }
  return -1
}

function isEscaped(text: string, quoteAt: number): boolean {
  let slashes = 0
  while (text.charCodeAt(quoteAt - 1 - slashes) === backslash) slashes++
  return slashes % 2 === 1
}
