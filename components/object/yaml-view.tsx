'use client'
import { useEffect, useMemo, useRef } from 'react'
import type { Problem } from '@/lib/mesh/problem'
import { CopyButton } from '../ui/copy-button'
import { cx } from '../ui/cx'
import { yamlText } from './yaml-lines'

/** An object's YAML with line numbers; fields with problems are tinted, the pointed one is scrolled to. */
export function YamlView({ object, managed, pointed, problems }: {
  readonly object: Readonly<Record<string, unknown>>
  readonly managed: boolean
  readonly pointed: string | null
  readonly problems: readonly Problem[]
}) {
  const yaml = useMemo(() => yamlText(object, managed), [object, managed])
  const at = useMemo(() => (pointed === null ? undefined : yaml.rangeOf(pointed)), [yaml, pointed])
  const marks = useMemo(() => marksOf(yaml, problems), [yaml, problems])
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (at) box.current?.children[at.first - 1]?.scrollIntoView({ block: 'center' })
  }, [at])
  return (
    <>
      <div className="yaml-copy"><CopyButton text={yaml.text} label="Copy YAML" /></div>
      <div ref={box} className="yaml m" tabIndex={0} role="region" aria-label="Object as YAML">
        {yaml.lines.map((tokens, index) => (
          <div key={index} className={cx('yaml-line', marks.get(index + 1), at && index + 1 >= at.first && index + 1 <= at.last && 'pointed')}>
            <i aria-hidden="true">{index + 1}</i>
            <span>{tokens.map((token, place) => <span key={place} className={token.kind}>{token.text}</span>)}</span>
          </div>
        ))}
      </div>
    </>
  )
}

/** The first line of each problem's field → its tint; an error wins over a warning. */
function marksOf(yaml: ReturnType<typeof yamlText>, problems: readonly Problem[]): ReadonlyMap<number, 'warned' | 'failed'> {
  const marks = new Map<number, 'warned' | 'failed'>()
  for (const problem of problems) {
    const range = problem.severity === 'info' ? undefined : yaml.rangeOf(problem.path)
    if (range && marks.get(range.first) !== 'failed') marks.set(range.first, problem.severity === 'error' ? 'failed' : 'warned')
  }
  return marks
}
