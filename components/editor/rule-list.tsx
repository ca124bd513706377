'use client'
import { useRef, useState } from 'react'
import { Glyph } from '../ui/glyph'
import { Icon } from '../ui/icon'
import type { TableRow } from './table-rows'

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
  const dragged = useRef<TableRow | null>(null)
  const owners = [...new Set(rows.filter((row) => !row.locked).map((row) => row.ownerKey))]

  const move = (row: TableRow, over: TableRow): void => {
    if (row.http === null || over.http === null || row.id === over.id) return
    if (over.ownerKey !== row.ownerKey) return setRefusal({ row, over })
    setRefusal(null)
    onMove(row, over.http)
  }
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
          <li key={row.id} className={rowClass(row, selected)}>
            <button
              type="button" className="editor-row-press" aria-current={row.id === selected} data-row={row.number}
              draggable={!row.locked}
              onDragStart={() => { dragged.current = row }}
              onDragOver={(event) => { if (dragged.current && !dragged.current.locked) event.preventDefault() }}
              onDrop={() => { if (dragged.current) move(dragged.current, row) }}
              onClick={() => onSelect(row)}
              onKeyDown={(event) => {
                if (!event.altKey || row.locked) return
                if (event.key === 'ArrowUp') step(row, -1)
                else if (event.key === 'ArrowDown') step(row, 1)
                else return
                event.preventDefault()
              }}
            >
              <span className="editor-grip"><Icon name={row.locked ? 'lock' : 'grip'} size={14} /></span>
              <span className="m editor-number">{row.number}</span>
              <span className={`m cut editor-words ${row.deadBy === null ? '' : 'dead'}`} title={row.words}>{row.words}</span>
              <span className="m cut editor-target" title={row.target}>{row.target}</span>
              <span className="m cut editor-owner" title={row.owner}>{row.owner}</span>
              <RowNote row={row} />
            </button>
          </li>
        ))}
      </ol>
      {refusal ? (
        <div className="editor-tip" role="status">
          <Icon name="lock" size={14} />
          <div>
            <div>Rule {refusal.row.number} cannot be moved past rule {refusal.over.number}.</div>
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

function noteOf(row: TableRow): string | null {
  if (row.deadBy !== null) return `never reached, by rule ${row.deadBy}`
  if (row.change.kind === 'new') return 'new rule'
  if (row.change.kind === 'moved') return `moved, was http[${row.change.from}]`
  if (row.change.kind === 'edited') return 'edited'
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
