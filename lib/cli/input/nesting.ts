/** Brackets that may stand open in a text; those in strings and comments count too, so this is far above any real depth. */
const mostOpen = 5_000
/** `- ` and `? ` that may begin one line. */
const mostIndicators = 500

/**
 * Where a text opens more levels than any document has, or -1. Asked before the YAML parser, which goes down with each
 * level and would take seconds, or all memory, to fail.
 */
export function findDeepNesting(text: string): number {
  let open = 0
  let indicators = 0
  let start = true
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === newline) {
      start = true
      indicators = 0
    } else if (code === 91 || code === 123) {
      open += 1
      if (open > mostOpen) return at
      start = false
    } else if (code === 93 || code === 125) {
      if (open > 0) open -= 1
      start = false
    } else if (start && (code === dash || code === question || code === colon)) {
      indicators += 1
      if (indicators > mostIndicators) return at
    } else if (code !== space) {
      start = false
    }
  }
  return -1
}

const newline = 10
const space = 32
const dash = 45
const colon = 58
const question = 63
