/** One document's text and the number of its first line in the file, from 1. */
export interface DocumentText {
  readonly text: string
  readonly line: number
}

/**
 * The YAML documents of a file, split at each line that starts with `---` as Kubernetes splits them, so that a broken
 * document cannot swallow the next. A document keeps its `---` line; directives (`%YAML`) stay with what follows them.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = []
  let start = 0
  let line = 1
  let startLine = 1
  for (let at = 0; at < text.length; line += 1) {
    const end = text.indexOf('\n', at)
    const next = end < 0 ? text.length : end + 1
    if (at > start && isSeparator(text, at) && !onlyDirectives(text.slice(start, at))) {
      documents.push({ text: text.slice(start, at), line: startLine })
      start = at
      startLine = line
    }
    at = next
  }
  documents.push({ text: text.slice(start), line: startLine })
  return documents
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false
  const after = text[at + 3]
  return after === undefined || after === '\n' || after === '\r' || after === ' ' || after === '\t'
}

function onlyDirectives(text: string): boolean {
  const lines = text.split('\n').map((one) => one.trim()).filter((one) => one !== '' && !one.startsWith('#'))
  return lines.length > 0 && lines.every((one) => one.startsWith('%'))
}

/** The line of an offset in a text whose first line has the number `first`. */
export function lineAt(text: string, offset: number, first: number): number {
  let line = first
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1
  return line
}

/** The line of any offset of a document, for many questions: by halving, over the starts of its lines. */
export function lineIndex({ text, line }: DocumentText): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return line + low
  }
}
