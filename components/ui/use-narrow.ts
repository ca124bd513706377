'use client'
import { useSyncExternalStore } from 'react'

const query = '(max-width: 640px)'

/** Whether the window is narrow (≤ 640 px); false while rendered by the server. What CSS can do, CSS should do. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, read, () => false)
}

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(query)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

function read(): boolean {
  return window.matchMedia(query).matches
}
