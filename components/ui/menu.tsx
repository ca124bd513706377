'use client'
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { cx } from './cx'
import type { Placement } from './float-position'
import { Icon } from './icon'
import { Popover } from './popover'

/** One entry of a menu. `checked` makes it a choice; `disabled` says why in its `note`. */
export type MenuEntry =
  | { readonly kind: 'item'; readonly key: string; readonly label: ReactNode; readonly note?: string; readonly hint?: string; readonly checked?: boolean; readonly disabled?: boolean; readonly onSelect: () => void }
  | { readonly kind: 'label'; readonly key: string; readonly label: string }
  | { readonly kind: 'line'; readonly key: string }

/** A button that opens a menu: arrows, Home, End and a first letter move, Enter chooses, Escape closes. */
export function MenuButton({ label, children, entries, className, placement = 'below-start', chevron = true }: {
  /** What a screen reader says of the button and the menu. */
  readonly label: string
  readonly children: ReactNode
  readonly entries: readonly MenuEntry[]
  readonly className?: string
  readonly placement?: Placement
  readonly chevron?: boolean
}) {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  return (
    <>
      <button
        ref={button} type="button" className={cx(className)} aria-label={label} aria-haspopup="menu" aria-expanded={open}
        onClick={() => setOpen(!open)} onKeyDown={(event) => { if (event.key === 'ArrowDown') { event.preventDefault(); setOpen(true) } }}
      >
        {children}
        {chevron ? <Icon name="chevron-down" size={12} className="text-ink-3" /> : null}
      </button>
      <Popover anchor={button} open={open} onClose={() => setOpen(false)} label={label} role="menu" placement={placement} className="menu">
        <div onKeyDown={moveFocus} role="presentation">
          {entries.map((entry) => <Entry key={entry.key} entry={entry} close={() => setOpen(false)} />)}
        </div>
      </Popover>
    </>
  )
}

function Entry({ entry, close }: { readonly entry: MenuEntry; readonly close: () => void }) {
  if (entry.kind === 'line') return <div className="menu-line" role="separator" />
  if (entry.kind === 'label') return <div className="menu-label label" role="presentation">{entry.label}</div>
  const choice = entry.checked !== undefined
  return (
    <button
      type="button" className="menu-item" role={choice ? 'menuitemradio' : 'menuitem'} tabIndex={-1}
      {...(choice ? { 'aria-checked': entry.checked === true } : {})} aria-disabled={entry.disabled || undefined}
      onClick={() => { if (entry.disabled === true) return; close(); entry.onSelect() }}
    >
      {choice ? <span className="inline-flex w-4">{entry.checked === true ? <Icon name="check" size={14} /> : null}</span> : null}
      <span>{entry.label}</span>
      {entry.note === undefined ? null : <span className="small text-ink-3">{entry.note}</span>}
      {entry.hint === undefined ? null : <kbd className="ml-auto pl-4">{entry.hint}</kbd>}
    </button>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('.menu-item')]
  const at = items.findIndex((item) => item === document.activeElement)
  const to = targetOf(event.key, at, items)
  if (to === undefined) return
  event.preventDefault()
  event.stopPropagation()
  items[to]?.focus()
}

function targetOf(key: string, at: number, items: readonly HTMLElement[]): number | undefined {
  if (items.length === 0) return undefined
  if (key === 'ArrowDown') return (at + 1) % items.length
  if (key === 'ArrowUp') return (at - 1 + items.length) % items.length
  if (key === 'Home') return 0
  if (key === 'End') return items.length - 1
  if (key.length !== 1 || key === ' ') return undefined
  const letter = key.toLowerCase()
  const order = items.map((_, step) => (at + 1 + step) % items.length)
  return order.find((index) => items[index]?.textContent.trim().toLowerCase().startsWith(letter) === true)
}
