'use client'
import { useQueries } from '@tanstack/react-query'
import { fetchJson } from '@/lib/client/fetch-json'
import { endpoints } from '@/lib/contract/endpoints'
import { hostAddressesSchema, hostNameSchema } from '@/lib/contract/host-addresses'

/** What DNS says of the request's host against the addresses of a gateway. */
export interface DnsAnswer {
  readonly state: 'ours' | 'other' | 'unknown' | 'none'
  readonly addresses: readonly string[]
  readonly words: string
}

/** Asks DNS of the host, and of the gateway's addresses that are names themselves; null while there is nothing to ask. */
export function useDns(host: string | null, gateway: readonly string[]): DnsAnswer | null {
  const asks = host !== null && !isAddress(host) && hostNameSchema.safeParse(host).success
  const names = asks ? [host, ...gateway.filter((one) => !isAddress(one) && hostNameSchema.safeParse(one).success).slice(0, 3)] : []
  const replies = useQueries({
    queries: names.map((name) => ({
      queryKey: ['dns', name], retry: false, staleTime: 60_000,
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchJson({ url: endpoints.hostAddresses(name), schema: hostAddressesSchema, signal }),
    })),
  })
  const [own, ...others] = replies.map(({ data }) => data)
  if (host === null) return null
  if (!asks) return { state: 'unknown', addresses: [], words: 'no name that DNS answers' }
  if (own === undefined) return null
  const ours = new Set([...gateway.filter(isAddress), ...others.flatMap((one) => one?.addresses ?? [])])
  return dnsAnswer(own, ours)
}

/** The verdict on a name's addresses: whether they are among the gateway's. */
export function dnsAnswer({ addresses, failure }: { readonly addresses: readonly string[]; readonly failure: 'not-found' | 'unavailable' | null }, ours: ReadonlySet<string>): DnsAnswer {
  if (failure !== null) return { state: 'none', addresses: [], words: failure === 'not-found' ? 'no address: DNS knows no such name' : 'the resolver does not answer' }
  if (ours.size === 0) return { state: 'unknown', addresses, words: 'the gateway has no address of its own to compare' }
  if (addresses.some((one) => ours.has(one))) return { state: 'ours', addresses, words: addresses.every((one) => ours.has(one)) ? 'is ours' : 'some are ours' }
  return { state: 'other', addresses, words: 'not one of ours' }
}

function isAddress(text: string): boolean {
  return text.includes(':') || (text !== '' && [...text].every((sign) => sign === '.' || (sign >= '0' && sign <= '9')))
}
