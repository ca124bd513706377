'use client'
import Link from 'next/link'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { useCluster } from '@/lib/client/use-cluster'
import { Icon } from '../ui/icon'
import { MenuButton, type MenuEntry } from '../ui/menu'
import { ConnectionState } from './connection-state'
import { ContextSwitcher } from './context-switcher'
import { isCurrent, pages } from './pages'
import { paths } from './paths'
import { useTheme } from './theme'
import type { Theme } from './theme-cookie'

const themeNames: readonly { readonly theme: Theme; readonly name: string }[] = [
  { theme: 'system', name: 'As the system' }, { theme: 'light', name: 'Light' }, { theme: 'dark', name: 'Dark' },
]

/** The 44 px bar at the top of every page. */
export function TopBar({ onFind }: { readonly onFind: () => void }) {
  const cluster = useCluster()
  const keep = useKeptQuery()
  const pathname = usePathname()
  const router = useRouter()
  const keys = useFindKeys()
  const theme = useThemeEntries()
  const screens: readonly MenuEntry[] = pages.map((page) => ({
    kind: 'item', key: page.name, label: page.name, checked: isCurrent(page, cluster, pathname), onSelect: () => router.push(`${page.path(cluster)}${keep}`),
  }))
  return (
    <header className="top">
      <Link className="brand" href={`${paths.gateways(cluster)}${keep}`} prefetch={false} aria-label="Meridian, start page"><Mark />Meridian</Link>
      <ContextSwitcher />
      <nav className="nav" aria-label="Screens">
        {pages.map((page) => (
          <Link key={page.name} href={`${page.path(cluster)}${keep}`} prefetch={false} aria-current={isCurrent(page, cluster, pathname) ? 'page' : undefined}>{page.name}</Link>
        ))}
      </nav>
      <button type="button" className="find" aria-label="Find an object, a host or a page" aria-keyshortcuts="Meta+K Control+K" onClick={onFind}>
        <Icon name="search" /><span>Object, host, page</span><kbd aria-hidden="true">{keys}</kbd>
      </button>
      <div className="who">
        <ConnectionState />
        <MenuButton label="Theme" placement="below-end" className="btn bare only who-wide" chevron={false} entries={theme}><Icon name="screen" size={14} /></MenuButton>
        <MenuButton label="Screens and theme" placement="below-end" className="btn bare only who-narrow" chevron={false} entries={[...screens, { kind: 'item', key: 'find', label: 'Find', hint: keys, onSelect: onFind }, { kind: 'line', key: 'line' }, { kind: 'label', key: 'theme', label: 'Theme' }, ...theme]}><Icon name="menu" /></MenuButton>
      </div>
    </header>
  )
}

function useThemeEntries(): readonly MenuEntry[] {
  const [chosen, choose] = useTheme()
  return themeNames.map(({ theme, name }) => ({ kind: 'item', key: theme, label: name, checked: theme === chosen, onSelect: () => choose(theme) }))
}

/** What stays in the URL from page to page: the chosen namespaces. */
function useKeptQuery(): string {
  const namespaces = useSearchParams().get('ns')
  return namespaces === null ? '' : `?ns=${encodeURIComponent(namespaces)}`
}

function useFindKeys(): string {
  return useSyncExternalStore(() => () => undefined, () => (/Mac|iP(hone|ad)/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'), () => 'Ctrl K')
}

function Mark() {
  return (
    <svg viewBox="0 0 18 18" fill="none" stroke="currentColor" strokeWidth="1.4" aria-hidden="true">
      <circle cx="9" cy="9" r="7.3" /><path d="M9 1.7c-4.2 4.2-4.2 10.4 0 14.6" /><path d="M9 .5v17" strokeWidth="1.8" />
    </svg>
  )
}
