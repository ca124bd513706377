import type { JsonObject } from '@/lib/std/json'
import { parseIp } from './ip-range'
import { numberOf } from './read'

/**
 * The client's address as filters see it (ConnectionManagerUtility::mutateRequestHeaders): the peer, or with
 * use_remote_address and trusted hops the n-th address from the right of x-forwarded-for.
 */
export function clientAddress(hcm: JsonObject, peer: string, forwardedFor: string | undefined): string {
  const hops = numberOf(hcm.xff_num_trusted_hops) ?? 0
  const skip = hcm.use_remote_address === true ? hops - 1 : hops
  if (skip < 0 || forwardedFor === undefined) return peer
  const addresses = forwardedFor.split(',').map((part) => part.trim())
  const candidate = addresses[addresses.length - 1 - skip]
  return candidate !== undefined && parseIp(candidate) !== undefined ? candidate : peer
}
