'use client'
import { memo } from 'react'
import type { HistogramData } from './engine/line-histogram'
import { formatCount } from './line-words'

/** Lines over time, the failing ones in red at the foot; a click goes to that time. Times as in the log, UTC. */
export const HistogramView = memo(Histogram)

function Histogram({ data, onJump }: { readonly data: HistogramData | undefined; readonly onJump: (index: number) => void }) {
  const bars = data?.bars ?? []
  const most = Math.max(1, ...bars.map((bar) => bar.all))
  const labels = [0, 1, 2, 3].map((third) => bars[Math.round((third * (bars.length - 1)) / 3)])
  const total = bars.reduce((sum, bar) => sum + bar.all, 0)
  const failing = bars.reduce((sum, bar) => sum + bar.failing, 0)
  return (
    <figure className="logs-histogram" aria-label={`Lines over time: ${formatCount(total)}, of them ${formatCount(failing)} failing`}>
      <svg viewBox={`0 0 ${Math.max(1, bars.length)} 100`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map((bar, index) => {
          const [all, bad] = [(bar.all / most) * 100, bar.failing === 0 ? 0 : Math.max(4, (bar.failing / most) * 100)]
          return (
            <g key={bar.at} onClick={() => onJump(bars.slice(index + 1).reduce((sum, later) => sum + later.all, 0))}>
              <title>{`${clock(bar.at)}: ${formatCount(bar.all)} lines, ${formatCount(bar.failing)} failing`}</title>
              <rect className="ground" x={index} y={0} width={1} height={100} />
              <rect className="all" x={index + 0.1} y={100 - all} width={0.75} height={all} />
              {bad === 0 ? null : <rect className="bad" x={index + 0.1} y={100 - bad} width={0.75} height={bad} />}
            </g>
          )
        })}
      </svg>
      <figcaption className="m" aria-hidden="true">{labels.map((bar, index) => <span key={index}>{bar === undefined ? '' : clock(bar.at).slice(0, (data?.width ?? 1) < 10 ? 8 : 5)}</span>)}</figcaption>
    </figure>
  )
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19)
}
