'use client'
import type { ReactNode } from 'react'
import { Failure, Forbidden, WaitingRows, type MissingRight } from './states'

/** What ViewStates needs of a view (lib/client/use-view View fits). */
export interface ViewLike<Data> {
  readonly data: Data | undefined
  readonly loading: boolean
  readonly error: { readonly code: string; readonly message: string; readonly details: { readonly missing?: MissingRight | undefined } } | null
}

/** The designed states of one view: waiting rows, forbidden with the Role, an error in place; else the children with the data. */
export function ViewStates<Data>({ view, rows, rowHeight, columns, children }: {
  readonly view: ViewLike<Data>
  readonly rows?: number
  readonly rowHeight?: number
  readonly columns?: string
  readonly children: (data: Data) => ReactNode
}) {
  if (view.data !== undefined) return children(view.data)
  const missing = view.error?.details.missing
  if (missing !== undefined) return <Forbidden missing={missing} />
  if (view.error && view.error.code !== 'not-synced' && view.error.code !== 'cluster-unreachable') return <Failure message={view.error.message} />
  return (
    <>
      {view.error?.code === 'cluster-unreachable' ? <Failure message={view.error.message} /> : null}
      <WaitingRows {...(rows === undefined ? {} : { rows })} {...(rowHeight === undefined ? {} : { height: rowHeight })} {...(columns === undefined ? {} : { columns })} />
    </>
  )
}
