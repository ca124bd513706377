'use client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { useState, type ReactNode } from 'react'
import { NonceContext } from './nonce'

/** What every page needs: the query cache (the only client cache), URL state, and the CSP's nonce for libraries that make style elements. */
export function Providers({ nonce, children }: { readonly nonce: string | undefined; readonly children: ReactNode }) {
  const [client] = useState(() => {
    if (nonce !== undefined) setNonce(nonce)
    return new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false, gcTime: 5 * 60_000, networkMode: 'always' }, mutations: { networkMode: 'always' } } })
  })
  return (
    <NonceContext value={nonce}>
      <QueryClientProvider client={client}>
        <NuqsAdapter>{children}</NuqsAdapter>
      </QueryClientProvider>
    </NonceContext>
  )
}
