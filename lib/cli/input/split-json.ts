import type { DocumentText } from './split-documents'

/** One JSON value's text and how deep its brackets nest. */
export interface JsonText extends DocumentText {
  readonly depth: number
}

/**
 * The JSON values of a file that holds one or several after each other, split by their brackets. What is left over at
 * the end comes as a document of its own, for the parser to refuse.
 */
export function splitJson(text: string): readonly JsonText[] {
  const documents: JsonText[] = []
  let line = 1
  let start = -1
  let startLine = 1
  let depth = 0
  let deepest = 0
  let quoted = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === '\n') line += 1
    if (start < 0) {
      if (char === undefined || ' \n\r\t'.includes(char)) continue
      start = at
      startLine = line
    }
    if (quoted) {
      if (char === '\\') at += 1
      else if (char === '"') quoted = false
      continue
    }
    if (char === '"') quoted = true
    else if (char === '{' || char === '[') depth += 1
    else if (char === '}' || char === ']') depth -= 1
    deepest = Math.max(deepest, depth)
    if (depth > 0 || (char !== '}' && char !== ']')) continue
    documents.push({ text: text.slice(start, at + 1), line: startLine, depth: deepest })
    start = -1
    depth = 0
    deepest = 0
  }
  if (start >= 0) documents.push({ text: text.slice(start), line: startLine, depth: deepest })
  return documents
}
