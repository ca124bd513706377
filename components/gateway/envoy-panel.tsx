'use client'
import { useState, type ReactNode } from 'react'
import { Button } from '../ui/button'
import { PanelHeading } from '../ui/panel'
import { Ago } from '../ui/relative-time'
import { Empty, Failure, Forbidden, WaitingRows } from '../ui/states'
import type { EnvoyReading } from './use-envoy'

const most = 200

/** What each reading says of itself. */
interface Reading {
  readonly readAt: number
  readonly bytes: number
  readonly millis: number
}

/** A panel of one reading: heading with its age and cost, its states, its content. */
export function EnvoyPanel<Reply extends Reading>({ title, reading, children }: {
  readonly title: string
  readonly reading: EnvoyReading<Reply>
  readonly children: (data: Reply) => ReactNode
}) {
  const { data, error } = reading
  const missing = error?.details.missing
  return (
    <section aria-label={title}>
      <PanelHeading quiet title={title}>
        {data === undefined ? null : <span>read <Ago at={data.readAt} /> ago<span className="wide">, {Math.ceil(data.bytes / 1024)} KiB in {Math.round(data.millis)} ms</span></span>}
        <Button look="bare" icon="retry" disabled={reading.reading} onClick={reading.readAgain}>Read again</Button>
      </PanelHeading>
      {missing ? <Forbidden missing={missing} /> : error ? <Failure message={error.message} /> : null}
      {data === undefined ? (error ? null : <WaitingRows rows={8} columns="1fr 1fr 80px" />) : children(data)}
    </section>
  )
}

/** The first items that fit a text; says how many more there are. */
export function Found<Item>({ items, text, words, what, children }: {
  readonly items: readonly Item[]
  readonly text: string
  readonly words: (item: Item) => string
  readonly what: string
  readonly children: (item: Item) => ReactNode
}) {
  const [limit, setLimit] = useState(most)
  const wanted = text.trim().toLowerCase()
  const found = wanted === '' ? items : items.filter((item) => words(item).toLowerCase().includes(wanted))
  if (found.length === 0) return <Empty>{items.length === 0 ? `This Envoy has no ${what}.` : `None of ${items.length} ${what} has ${text}.`}</Empty>
  return (
    <>
      {found.slice(0, limit).map(children)}
      {found.length > limit ? <div className="state"><button type="button" className="link" onClick={() => setLimit(limit + most)}>{found.length - limit} more {what}</button></div> : null}
    </>
  )
}
