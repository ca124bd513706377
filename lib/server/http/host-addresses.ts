import { lookup } from 'node:dns/promises'
import type { HostAddresses } from '@/lib/contract/host-addresses'

const patience = 3_000

/** Asks this machine's resolver, as a client on it would be answered. Never throws: a name that is not found is an answer. */
export async function hostAddresses(host: string): Promise<HostAddresses> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patience)
  const waited = new Promise<HostAddresses>((resolve) => late.signal.addEventListener('abort', () => resolve({ host, addresses: [], failure: 'unavailable' }), { once: true }))
  try {
    return await Promise.race([asked(host), waited])
  } finally {
    clearTimeout(timer)
  }
}

async function asked(host: string): Promise<HostAddresses> {
  try {
    const found = await lookup(host, { all: true, order: 'verbatim' })
    return { host, addresses: [...new Set(found.map(({ address }) => address))], failure: null }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { host, addresses: [], failure: code === 'ENOTFOUND' || code === 'ENODATA' ? 'not-found' : 'unavailable' }
  }
}
