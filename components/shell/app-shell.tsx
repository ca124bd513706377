'use client'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { useKeys } from '../ui/use-keys'
import { TopBar } from './top-bar'
import './shell.css'

const CommandPalette = lazy(() => import('./command-palette').then((module) => ({ default: module.CommandPalette })))

/** The frame of all pages of a cluster: skip link, top bar, the page, and the command palette (⌘K / Ctrl-K). */
export function AppShell({ children }: { readonly children: ReactNode }) {
  const [finding, setFinding] = useState(false)
  useKeys({ 'Mod+k': () => setFinding((open) => !open) })
  return (
    <div className="shell">
      <a href="#main" className="skip">Skip to the screen</a>
      <TopBar onFind={() => setFinding(true)} />
      <div className="shell-body">{children}</div>
      {finding ? <Suspense><CommandPalette onClose={() => setFinding(false)} /></Suspense> : null}
    </div>
  )
}
