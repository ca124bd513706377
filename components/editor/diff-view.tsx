import { diffLines, diffStat, type DiffLine } from '@/lib/mesh/edit/diff-lines'

/** How many lines around a change are shown. */
const context = 3

/** The lines of a change with three lines around each, in the look of the YAML view; everything else is folded. */
export function DiffView({ before, after, label }: { readonly before: string; readonly after: string; readonly label: string }) {
  const lines = diffLines(before, after)
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some((line) => line.kind !== '='))
  return (
    <div className="editor-yaml" role="figure" aria-label={label}>
      {lines.map((line, index) => {
        if (near[index] === true) return <Line key={index} line={line} />
        return near[index - 1] === true || index === 0 ? <div key={index} className="editor-fold label">{foldWords(near, index)}</div> : null
      })}
    </div>
  )
}

function foldWords(near: readonly boolean[], from: number): string {
  const next = near.indexOf(true, from)
  const count = (next < 0 ? near.length : next) - from
  return `${count} unchanged ${count === 1 ? 'line' : 'lines'}`
}

function Line({ line }: { readonly line: DiffLine }) {
  const sign = line.kind === '=' ? '' : line.kind === '+' ? '+' : '−'
  return (
    <div className={`editor-line ${line.kind === '+' ? 'add' : line.kind === '-' ? 'del' : ''}`}>
      <span className="editor-line-number">{'new' in line ? line.new : ''}</span>
      <span className="editor-line-sign">{sign}</span>
      <code>{line.text}</code>
    </div>
  )
}

/** `+2 −2` of a change. */
export function DiffStat({ before, after }: { readonly before: string; readonly after: string }) {
  const { added, removed } = diffStat(diffLines(before, after))
  return <span className="m"><span className="glyph-ok">+{added}</span> <span className="glyph-bad">−{removed}</span></span>
}
