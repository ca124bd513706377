/** One line of a diff: kept (`=`), gone (`-`, number in the old text) or new (`+`, number in the new one). Numbers count from 1. */
export type DiffLine =
  | { readonly kind: '='; readonly old: number; readonly new: number; readonly text: string }
  | { readonly kind: '-'; readonly old: number; readonly text: string }
  | { readonly kind: '+'; readonly new: number; readonly text: string }

/** The shortest line diff (Myers, greedy) of two texts; a pair too different to be worth it is shown as replaced whole. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = split(before)
  const b = split(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const lines: DiffLine[] = []
  for (let i = 0; i < head; i++) lines.push({ kind: '=', old: i + 1, new: i + 1, text: a[i] ?? '' })
  for (const step of middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    if (step.kind === '=') lines.push({ kind: '=', old: head + step.x + 1, new: head + step.y + 1, text: a[head + step.x] ?? '' })
    else if (step.kind === '-') lines.push({ kind: '-', old: head + step.x + 1, text: a[head + step.x] ?? '' })
    else lines.push({ kind: '+', new: head + step.y + 1, text: b[head + step.y] ?? '' })
  }
  for (let i = tail; i > 0; i--) lines.push({ kind: '=', old: a.length - i + 1, new: b.length - i + 1, text: a[a.length - i] ?? '' })
  return lines
}

/** How many lines were added and removed. */
export function diffStat(lines: readonly DiffLine[]): { readonly added: number; readonly removed: number } {
  return { added: lines.filter((line) => line.kind === '+').length, removed: lines.filter((line) => line.kind === '-').length }
}

interface Step {
  readonly kind: '=' | '-' | '+'
  readonly x: number
  readonly y: number
}

const maxEdits = 2_000

function middle(a: readonly string[], b: readonly string[]): readonly Step[] {
  const bound = Math.min(a.length + b.length, maxEdits)
  const trace: Int32Array[] = []
  let furthest = new Int32Array(2 * bound + 3)
  const at = (k: number): number => k + bound + 1
  for (let d = 0; d <= bound; d++) {
    trace.push(furthest.slice())
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (furthest[at(k - 1)] ?? 0) < (furthest[at(k + 1)] ?? 0))
      let x = down ? (furthest[at(k + 1)] ?? 0) : (furthest[at(k - 1)] ?? 0) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest[at(k)] = x
      if (x >= a.length && x - k >= b.length) return backtrack(trace, { d, x: a.length, y: b.length, at })
    }
    furthest = furthest.slice()
  }
  return [...a.map((_, x): Step => ({ kind: '-', x, y: 0 })), ...b.map((_, y): Step => ({ kind: '+', x: a.length, y }))]
}

function backtrack(trace: readonly Int32Array[], end: { readonly d: number; readonly x: number; readonly y: number; readonly at: (k: number) => number }): readonly Step[] {
  const steps: Step[] = []
  let { x, y } = end
  for (let d = end.d; d > 0; d--) {
    const furthest = trace[d] ?? new Int32Array()
    const k = x - y
    const down = k === -d || (k !== d && (furthest[end.at(k - 1)] ?? 0) < (furthest[end.at(k + 1)] ?? 0))
    const fromX = furthest[end.at(down ? k + 1 : k - 1)] ?? 0
    const fromY = fromX - (down ? k + 1 : k - 1)
    const [startX, startY] = down ? [fromX, fromY + 1] : [fromX + 1, fromY]
    while (x > startX && y > startY) steps.push({ kind: '=', x: --x, y: --y })
    steps.push(down ? { kind: '+', x: fromX, y: fromY } : { kind: '-', x: fromX, y: fromY })
    x = fromX
    y = fromY
  }
  while (x > 0 && y > 0) steps.push({ kind: '=', x: --x, y: --y })
  return steps.reverse()
}

function split(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
