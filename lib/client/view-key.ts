import { endpoints } from '@/lib/contract/endpoints'
import type { Subscription } from '@/lib/contract/stream'

/** A view's parameters as they go over the wire; undefined ones are left out. */
export type ViewParams = Readonly<Record<string, string | readonly string[] | undefined>>

/** Which view of which cluster, with which parameters. */
export interface ViewAddress {
  readonly cluster: string
  readonly view: string
  readonly params: ViewParams
}

/** The parameters in one order and without what is undefined. */
export function cleanParams(params: ViewParams): Record<string, string | string[]> {
  const clean: Record<string, string | string[]> = {}
  for (const key of Object.keys(params).sort()) {
    const value = params[key]
    if (typeof value === 'string') clean[key] = value
    else if (value !== undefined) clean[key] = [...value]
  }
  return clean
}

/** The query string of a view's parameters, with its question mark; '' without any. */
export function viewQuery(params: ViewParams): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(cleanParams(params))) {
    for (const item of typeof value === 'string' ? [value] : value) query.append(key, item)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The URL of a view's data. */
export function viewUrl({ cluster, view, params }: ViewAddress): string {
  return `${endpoints.view(cluster, view)}${viewQuery(params)}`
}

/** The view as a subscription. Its key is the view's own URL, shortened by a hash where that is too long. */
export function subscriptionOf(address: ViewAddress, since?: Subscription['since']): Subscription {
  const { cluster, view, params } = address
  const url = viewUrl(address)
  const key = url.length <= 400 ? url : `${url.slice(0, 380)}#${fnv1a(url)}`
  return { key, cluster, view, params: cleanParams(params), ...(since === undefined ? {} : { since }) }
}

/** FNV-1a, 32 bits, in hex: tells long keys apart, no more. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16)
}
