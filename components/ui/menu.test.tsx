// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { MenuButton } from './menu'

afterEach(cleanup)

function show(choose: (key: string) => void) {
  const names = ['Light', 'Dark', 'System']
  render(<MenuButton label="Theme" entries={names.map((name) => ({ kind: 'item', key: name, label: name, checked: name === 'Dark', onSelect: () => choose(name) }))}>Theme</MenuButton>)
  const button = screen.getByRole('button', { name: 'Theme' })
  return button
}

function press(key: string): void {
  fireEvent.keyDown(document.activeElement ?? document.body, { key })
}

it('opens on its first item, moves by arrows and letters, chooses, and gives the focus back', () => {
  const choose = vi.fn()
  const button = show(choose)
  button.focus()
  fireEvent.click(button)
  expect(button.getAttribute('aria-expanded')).toBe('true')
  expect(document.activeElement?.textContent).toBe('Light')
  press('ArrowDown')
  expect(document.activeElement?.textContent).toBe('Dark')
  press('s')
  expect(document.activeElement?.textContent).toBe('System')
  press('ArrowDown')
  expect(document.activeElement?.textContent).toBe('Light')
  press('End')
  fireEvent.click(document.activeElement ?? document.body)
  expect(choose).toHaveBeenCalledWith('System')
  expect(screen.queryByRole('menu')).toBeNull()
  expect(document.activeElement).toBe(button)
})

it('says which choice holds, and closes on Escape', () => {
  const button = show(() => undefined)
  fireEvent.click(button)
  expect(screen.getByRole('menuitemradio', { name: 'Dark' }).getAttribute('aria-checked')).toBe('true')
  press('Escape')
  expect(screen.queryByRole('menu')).toBeNull()
})

it('closes on a press outside', () => {
  fireEvent.click(show(() => undefined))
  fireEvent.pointerDown(document.body)
  expect(screen.queryByRole('menu')).toBeNull()
})
