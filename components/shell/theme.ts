'use client'
import { useSyncExternalStore } from 'react'
import { themeCookie, themes, type Theme } from './theme-cookie'

const listeners = new Set<() => void>()

/** The chosen theme and how to choose; kept in a cookie, so that the server paints the first frame right. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, readTheme, () => 'system' as const)
  return [theme, chooseTheme]
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function readTheme(): Theme {
  const forced = document.documentElement.dataset['theme']
  return themes.find((theme) => theme === forced) ?? 'system'
}

function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=strict`
  for (const listener of listeners) listener()
}
