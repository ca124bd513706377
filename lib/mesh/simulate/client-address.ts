import type { JsonObject } from '@/lib/std/json'
import { parseIp } from './ip-range'
import { numberOf } from './read'

/** The client's address. `known`: it came from where it is to come from; `single`: x-forwarded-for, after Envoy's own entry, holds one address. */
export interface ClientAddress {
  readonly address: string
  readonly known: boolean
  readonly single: boolean
}

/**
 * The client's address as filters see it (ConnectionManagerUtility::mutateRequestHeaders, getLastAddressFromXFF): the peer,
 * or with use_remote_address and trusted hops the n-th address from the right of x-forwarded-for.
 */
export function clientAddress(hcm: JsonObject, peer: string, forwardedFor: string | undefined): ClientAddress {
  const hops = numberOf(hcm.xff_num_trusted_hops) ?? 0
  const edge = hcm.use_remote_address === true
  const found = edge && hops === 0 ? undefined : fromForwardedFor(forwardedFor, edge ? hops - 1 : hops)
  const single = edge ? forwardedFor === undefined : forwardedFor !== undefined && !forwardedFor.includes(',')
  return { address: found ?? peer, known: edge || found !== undefined, single }
}

function fromForwardedFor(forwardedFor: string | undefined, skip: number): string | undefined {
  if (forwardedFor === undefined) return undefined
  const addresses = forwardedFor.split(',').map((part) => part.trim())
  const candidate = addresses[addresses.length - 1 - skip]
  return candidate !== undefined && parseIp(candidate) !== undefined ? candidate : undefined
}
