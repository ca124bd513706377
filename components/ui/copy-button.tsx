'use client'
import { useEffect, useRef, useState } from 'react'
import { Button, type ButtonLook } from './button'

/** Copies a text and says so in its own label for two seconds. */
export function CopyButton({ text, label = 'Copy', look = 'plain' }: { readonly text: string; readonly label?: string; readonly look?: ButtonLook }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('done')
    } catch {
      setState('failed')
    }
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setState('idle'), 2_000)
  }
  const words = { idle: label, done: 'Copied', failed: 'Select and copy by hand' }[state]
  return <Button look={look} icon={state === 'done' ? 'check' : 'copy'} onClick={() => void copy()}><span aria-live="polite">{words}</span></Button>
}
