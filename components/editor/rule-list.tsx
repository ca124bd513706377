'use client'
import { useState } from 'react'
import { assertNever } from '@/lib/std/assert-never'
import { Glyph } from '../ui/glyph'
import { Icon } from '../ui/icon'
import type { TableRow } from './table-rows'
import { useRowDrag, type RowDrag } from './use-row-drag'

/** The rules of the host in the order in which Envoy tries them; rows of other objects are locked, own rows can be moved. */
export function RuleList({ rows, selected, createdAt, onSelect, onMove, onAdd }: {
  readonly rows: readonly TableRow[]
  readonly selected: string | null
  readonly createdAt: ReadonlyMap<string, string | null>
  readonly onSelect: (row: TableRow) => void
  /** Moves a rule within its object to another entry's place. */
  readonly onMove: (row: TableRow, to: number) => void
  readonly onAdd: (ownerKey: string) => void
}) {
  const [refusal, setRefusal] = useState<{ readonly row: TableRow; readonly over: TableRow } | null>(null)
  const owners = [...new Set(rows.filter((row) => !row.locked).map((row) => row.ownerKey))]

  const move = (row: TableRow, over: TableRow): void => {
    if (row.http === null || over.http === null || row.id === over.id) return
    if (over.ownerKey !== row.ownerKey) return setRefusal({ row, over })
    setRefusal(null)
    onMove(row, over.http)
  }
  const { drag, grip, cancel } = useRowDrag((from, over) => {
    const [row, target] = [from, over].map((id) => rows.find((one) => one.id === id))
    if (row && target) move(row, target)
  })
  const step = (row: TableRow, by: number): void => {
    const index = rows.indexOf(row)
    for (let at = index + by; at >= 0 && at < rows.length; at += by) {
      const over = rows[at]
      if (over && over.http !== row.http) return move(row, over)
    }
  }

  return (
    <div className="editor-list">
      <div className="editor-head"><span>Rules in Envoy order</span><span>{owners.length === 0 ? 'nothing here can be edited' : <>you edit <span className="m">{owners.join(', ')}</span></>}</span></div>
      <ol aria-label="Rules in Envoy order">
        {rows.map((row) => (
          <li key={row.id} data-drop={row.id} className={`${rowClass(row, selected)} ${dragClass(row, rows, drag)}`}>
            <button
              type="button" className="editor-row-press" aria-current={row.id === selected} data-row={row.number ?? undefined}
              onClick={() => onSelect(row)}
              onKeyDown={(event) => {
                cancel(event)
                if (!event.altKey || row.locked) return
                if (event.key === 'ArrowUp') step(row, -1)
                else if (event.key === 'ArrowDown') step(row, 1)
                else return
                event.preventDefault()
              }}
            >
              <span />
              <span className="m editor-number">{row.number ?? '–'}</span>
              <span className={`m cut editor-words ${row.deadBy === null ? '' : 'dead'}`} title={row.words}>{row.words}</span>
              <span className="m cut editor-target" title={row.target}>{row.target}</span>
              <span className="m cut editor-owner" title={row.owner}>{row.owner}</span>
              <RowNote row={row} />
            </button>
            <span
              className="editor-grip" aria-hidden="true" title={row.locked ? 'A rule of another object' : 'Drag to another place, or Alt with the arrow keys'}
              onClick={() => onSelect(row)} {...(row.locked ? {} : grip(row.id))}
            >
              <Icon name={row.locked ? 'lock' : 'grip'} size={14} />
            </span>
          </li>
        ))}
      </ol>
      {refusal ? (
        <div className="editor-tip" role="status">
          <Icon name="lock" size={14} />
          <div>
            <div>{nameOf(refusal.row, 'Rule')} cannot be moved past {nameOf(refusal.over, 'rule')}.</div>
            <div className="small label">
              Rules of one VirtualService stay together. <span className="m">{refusal.over.owner}</span>{dated(createdAt.get(refusal.over.ownerKey))} and <span className="m">{refusal.row.owner}</span>{dated(createdAt.get(refusal.row.ownerKey))} are ordered by age, the older first. To come before it, both rules must be in one object.
            </div>
          </div>
        </div>
      ) : null}
      <div className="editor-adds">{owners.map((owner) => <button key={owner} type="button" className="link" onClick={() => onAdd(owner)}>+ rule in <span className="m">{owner}</span></button>)}</div>
    </div>
  )
}

function rowClass(row: TableRow, selected: string | null): string {
  const note = noteOf(row) !== null
  return ['editor-row', row.locked ? 'locked' : '', row.change.kind === 'same' ? '' : 'edited', row.id === selected ? 'selected' : '', note ? 'two' : ''].filter((name) => name !== '').join(' ')
}

/** `dragged` for the row in hand; where it would go, a line above or below the row under the pointer, crossed out in another's object. */
function dragClass(row: TableRow, rows: readonly TableRow[], drag: RowDrag | null): string {
  if (drag === null) return ''
  if (row.id === drag.from) return 'dragged'
  if (row.id !== drag.over) return ''
  const from = rows.findIndex(({ id }) => id === drag.from)
  const side = rows.indexOf(row) < from ? 'drop-before' : 'drop-after'
  return rows[from]?.ownerKey === row.ownerKey ? side : `${side} drop-refused`
}

function nameOf(row: TableRow, rule: 'Rule' | 'rule'): string {
  return row.number === null ? `${rule} ${row.words}` : `${rule} ${row.number}`
}

function noteOf(row: TableRow): string | null {
  const notes = [changeNote(row), placeNote(row)].filter((note) => note !== null)
  return notes.length === 0 ? null : notes.join('; ')
}

function changeNote({ change }: TableRow): string | null {
  switch (change.kind) {
    case 'same': return null
    case 'new': return 'new rule'
    case 'moved': return `moved, was http[${change.from}]`
    case 'edited': return 'edited'
    default: return assertNever(change)
  }
}

function placeNote(row: TableRow): string | null {
  if (row.deadBy !== null) return `never reached, by rule ${row.deadBy}`
  if (row.number === null) return 'not sent to this gateway'
  return row.catchAll && row.number > 1 ? 'takes the rest: Istio sorts it last' : null
}

function RowNote({ row }: { readonly row: TableRow }) {
  const note = noteOf(row)
  if (note === null) return null
  return <span className="editor-note small">{row.deadBy === null ? null : <Glyph shape="warn" label="" />}{note}</span>
}

function dated(created: string | null | undefined): string {
  return created ? ` (${created.slice(0, 10)})` : ''
}
