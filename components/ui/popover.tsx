'use client'
import { useCallback, useEffect, useId, useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react'
import { cx } from './cx'
import { placeFloat, type Placement } from './float-position'

/**
 * A float beside an anchor, in the browser's top layer, so that nothing clips it. Closes on Escape, on a press
 * outside and on resize; the focus goes into it when it opens (first control) and back to the anchor when it closes.
 * Not modal: Tab leaves it, which closes it.
 */
export function Popover({ anchor, open, onClose, label, role = 'dialog', placement = 'below-start', className, takeFocus = true, children }: {
  readonly anchor: RefObject<HTMLElement | null>
  readonly open: boolean
  readonly onClose: () => void
  readonly label: string
  readonly role?: 'dialog' | 'menu' | 'listbox'
  readonly placement?: Placement
  readonly className?: string
  readonly takeFocus?: boolean
  readonly children: ReactNode
}) {
  const id = useId()
  const float = useRef<HTMLDivElement>(null)
  const close = useRef(onClose)
  useEffect(() => { close.current = onClose })

  const place = useCallback(() => {
    const [from, box] = [anchor.current, float.current]
    if (!from || !box) return
    const { left, top } = placeFloat({
      anchor: from.getBoundingClientRect(), float: { width: box.offsetWidth, height: box.offsetHeight },
      viewport: { width: window.innerWidth, height: window.innerHeight }, placement,
    })
    box.style.left = `${left}px`
    box.style.top = `${top}px`
  }, [anchor, placement])

  useLayoutEffect(() => {
    const box = float.current
    if (!open || !box) return
    if ('showPopover' in box) box.showPopover()
    place()
  }, [open, place])

  useEffect(() => {
    if (!open) return
    const from = anchor.current
    if (takeFocus) firstControl(float.current)?.focus()
    const outside = (event: Event) => {
      const target = event.target
      if (!(target instanceof Node) || float.current?.contains(target) === true || from?.contains(target) === true) return
      close.current()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.stopPropagation()
      event.preventDefault()
      close.current()
    }
    const onResize = () => close.current()
    document.addEventListener('pointerdown', outside, true)
    document.addEventListener('focusin', outside)
    document.addEventListener('keydown', onKey, true)
    window.addEventListener('resize', onResize)
    const opened = float.current
    return () => {
      document.removeEventListener('pointerdown', outside, true)
      document.removeEventListener('focusin', outside)
      document.removeEventListener('keydown', onKey, true)
      window.removeEventListener('resize', onResize)
      const active = document.activeElement
      if (takeFocus && from && (active === null || active === document.body || opened?.contains(active) === true)) from.focus()
    }
  }, [open, anchor, takeFocus])

  if (!open) return null
  return <div id={id} ref={float} popover="manual" role={role} aria-label={label} data-float-open="" tabIndex={-1} className={cx('float', className)}>{children}</div>
}

function firstControl(root: HTMLElement | null): HTMLElement | null {
  return root?.querySelector<HTMLElement>('[autofocus], input:not([disabled]), button:not([disabled]), a[href], [tabindex="0"]') ?? root
}
