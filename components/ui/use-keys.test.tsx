// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { useKeys } from './use-keys'

afterEach(cleanup)

function Screen({ onKey }: { readonly onKey: (name: string) => void }) {
  useKeys({ e: () => onKey('e'), Escape: () => onKey('Escape'), 'Mod+k': () => onKey('Mod+k') })
  return <input aria-label="text" />
}

it('hears keys on the page, and leaves those typed into a field', () => {
  const heard = vi.fn()
  render(<Screen onKey={heard} />)
  fireEvent.keyDown(document.body, { key: 'e' })
  fireEvent.keyDown(screen.getByLabelText('text'), { key: 'e' })
  fireEvent.keyDown(screen.getByLabelText('text'), { key: 'Escape' })
  fireEvent.keyDown(screen.getByLabelText('text'), { key: 'k', ctrlKey: true })
  fireEvent.keyDown(document.body, { key: 'k', metaKey: true })
  fireEvent.keyDown(document.body, { key: 'e', ctrlKey: true })
  expect(heard.mock.calls.flat()).toEqual(['e', 'Escape', 'Mod+k', 'Mod+k'])
})

it('rests while a float is open', () => {
  const heard = vi.fn()
  render(<><Screen onKey={heard} /><div data-float-open="" /></>)
  fireEvent.keyDown(document.body, { key: 'e' })
  expect(heard).not.toHaveBeenCalled()
})
