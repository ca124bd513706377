'use client'
import { useState, useSyncExternalStore } from 'react'
import { useLines } from '@/lib/client/use-lines'
import { createLineStore, type AskedRequest } from './last-line'
import type { LoggedRequest } from './log-lines'

/** The newest access-log line of the request at a gateway, among the last 300 lines of each pod and those that come; null while there is none. */
export function useLastLine(cluster: string, gateway: string, asked: AskedRequest): LoggedRequest | null {
  const [store] = useState(createLineStore)
  useLines('logs', cluster, { gateway, tail: '300' }, store.add)
  return useSyncExternalStore(store.subscribe, () => store.newest(asked), () => null)
}
