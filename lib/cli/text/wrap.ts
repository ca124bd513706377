/** Text in lines of at most `width` columns, broken between words. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

const breaks = './|,:-_ '

/** A name in pieces of at most `columns`, broken at its spaces, else after its separators, where it has some. */
export function breakName(text: string, columns: number): readonly string[] {
  const width = Math.max(1, columns)
  const lines: string[] = []
  let rest = text
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width)
    let at = space > width / 2 ? space : width
    while (at > width / 2 && !breaks.includes(rest.charAt(at - 1)) && at !== space) at -= 1
    if (at <= width / 2) at = width
    lines.push(rest.slice(0, at).trimEnd())
    rest = rest.slice(at).trimStart()
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, rest]
}
