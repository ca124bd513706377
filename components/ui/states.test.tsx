// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { Forbidden, roleFor, WaitingRows } from './states'

afterEach(() => { cleanup(); vi.useRealTimers() })

it('shows nothing for 300 ms, then rows in their geometry', () => {
  vi.useFakeTimers()
  const { container } = render(<WaitingRows rows={3} height={28} columns="1fr 80px" />)
  expect(container.querySelectorAll('.waiting-row')).toHaveLength(0)
  act(() => { vi.advanceTimersByTime(300) })
  expect(container.querySelectorAll('.waiting-row')).toHaveLength(3)
  expect(container.querySelectorAll('.waiting-row i')).toHaveLength(6)
})

it('names the missing right and gives the Role', () => {
  render(<Forbidden missing={{ verb: 'list', resource: 'virtualservices.networking.istio.io', namespace: 'payments' }} />)
  expect(screen.getByText('list virtualservices')).toBeTruthy()
  expect(screen.getByText('payments')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Show the Role that allows it' }))
  expect(screen.getByLabelText('Role').textContent).toContain('apiGroups: ["networking.istio.io"]')
})

it('writes a Role in a namespace, a ClusterRole without, both YAML', () => {
  const kinds = (namespace: string) => parseAllDocuments(roleFor({ verb: 'list', resource: 'pods', namespace })).map((document) => document.get('kind'))
  expect(kinds('shop')).toEqual(['Role', 'RoleBinding'])
  expect(kinds('')).toEqual(['ClusterRole', 'ClusterRoleBinding'])
})
