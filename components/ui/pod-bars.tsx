/** Pods as 5 px bars, filled when ready, and the count with its denominator. More than eight are only counted. */
export function PodBars({ ready, total }: { readonly ready: number; readonly total: number }) {
  return (
    <span className="whitespace-nowrap">
      {total > 0 && total <= 8 ? (
        <span className="pods" aria-hidden="true">{Array.from({ length: total }, (_, index) => <i key={index} className={index < ready ? undefined : 'no'} />)}</span>
      ) : null}
      <span className={ready < total || total === 0 ? 'm text-warn' : 'm text-ink-2'} aria-label={`${ready} of ${total} pods ready`}>{ready}/{total}</span>
    </span>
  )
}
