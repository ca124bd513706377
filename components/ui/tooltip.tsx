'use client'
import { cloneElement, useEffect, useId, useLayoutEffect, useRef, useState, type HTMLAttributes, type ReactElement } from 'react'
import { placeFloat } from './float-position'

/**
 * Words on hover (after 400 ms) and on keyboard focus, read out as the description. For a truncated name the
 * plain `title` attribute is enough; this is for what a person should also reach by keyboard.
 * The child must take `onPointerEnter`, `onFocus` and `aria-describedby` (any DOM element does).
 */
export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactElement<HTMLAttributes<HTMLElement>> }) {
  const id = useId()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const hide = () => { clearTimeout(timer.current); setAnchor(null) }
  const show = (element: HTMLElement, delay: number) => { clearTimeout(timer.current); timer.current = setTimeout(() => setAnchor(element), delay) }
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => show(event.currentTarget, 400),
        onPointerLeave: hide,
        onPointerDown: hide,
        onFocus: (event) => { if (event.currentTarget.matches(':focus-visible')) show(event.currentTarget, 0) },
        onBlur: hide,
        ...(anchor ? { 'aria-describedby': id } : {}),
      })}
      {anchor ? <Tip id={id} anchor={anchor} text={text} /> : null}
    </>
  )
}

function Tip({ id, anchor, text }: { readonly id: string; readonly anchor: HTMLElement; readonly text: string }) {
  const float = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const box = float.current
    if (!box) return
    if ('showPopover' in box) box.showPopover()
    const { left, top } = placeFloat({
      anchor: anchor.getBoundingClientRect(), float: { width: box.offsetWidth, height: box.offsetHeight },
      viewport: { width: window.innerWidth, height: window.innerHeight }, placement: 'below-start',
    })
    box.style.left = `${left}px`
    box.style.top = `${top}px`
  }, [anchor, text])
  return <div id={id} ref={float} role="tooltip" popover="manual" className="float tip">{text}</div>
}
