import type { IncomingMessage } from 'node:http'

/** What a request is refused with before anything reads it: HTTP status and a sentence. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

/** Headers that must never reach a handler from outside: they carry authority in Next or in proxies (CVE-2025-29927, CVE-2021-31999). */
const droppedPrefixes = ['x-middleware-', 'impersonate-', 'x-remote-', 'x-forwarded-', 'x-invoke-', 'x-nextjs-'] as const
const droppedNames: ReadonlySet<string> = new Set(['forwarded', 'x-nonce', 'content-security-policy', 'x-meridian-session', 'x-matched-path', 'x-now-route-matches', 'next-resume', 'proxy-connection', 'te', 'trailer'])

/** Removes them, and all that Connection names. */
export function dropHeaders(request: IncomingMessage): void {
  const named = String(request.headers.connection ?? '').toLowerCase().split(',').map((name) => name.trim())
  for (const name of Object.keys(request.headers)) {
    if (droppedNames.has(name) || droppedPrefixes.some((prefix) => name.startsWith(prefix)) || (named.includes(name) && name !== 'host' && name !== 'cookie' && name !== 'content-type' && name !== 'content-length')) delete request.headers[name]
  }
  request.rawHeaders = Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : Array.isArray(value) ? value.flatMap((one) => [name, one]) : [name, value]))
}

/**
 * Host must be one of ours to the letter (against DNS rebinding), an Origin must be ours, and a mutation must come from
 * our own pages: JSON, same origin, and the header that a foreign page cannot set.
 */
export function refusalOf(request: IncomingMessage, hosts: ReadonlySet<string>): Refusal | undefined {
  const host = request.headers.host?.toLowerCase()
  if (host === undefined || !hosts.has(host) || headerCount(request, 'host') !== 1) return { status: 421, message: 'This server is not for that host' }
  const origin = request.headers.origin
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) return { status: 403, message: 'This server answers its own pages only' }
  const site = request.headers['sec-fetch-site']
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  if (!plainPath(request.url ?? '/')) return { status: 400, message: 'The path is not well formed' }
  const api = path.startsWith('/api/')
  if (api && site !== undefined && site !== 'same-origin' && site !== 'none') return { status: 403, message: 'This server answers its own pages only' }
  const method = request.method ?? 'GET'
  if (method === 'GET' || method === 'HEAD') return undefined
  if (!api || (method !== 'POST' && method !== 'PUT' && method !== 'PATCH' && method !== 'DELETE')) return { status: 405, message: 'The method is not offered here' }
  if (request.headers['x-meridian'] !== '1') return { status: 403, message: 'A change needs the header x-meridian: 1' }
  if (mediaType(request.headers['content-type']) !== 'application/json') return { status: 415, message: 'A body must be application/json' }
  return undefined
}

/** Nothing in a path of ours needs a backslash, a control character, an encoded slash, dot or NUL, or an absolute form. */
function plainPath(url: string): boolean {
  if (!url.startsWith('/') || url.startsWith('//') || url.length > 16_384) return false
  const path = (url.split('?')[0] ?? '').toLowerCase()
  if (path.includes('\\') || path.includes('%2f') || path.includes('%5c') || path.includes('%00') || path.includes('%2e')) return false
  return !path.split('/').some((part) => part === '.' || part === '..')
}

function headerCount(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length
}

function mediaType(value: string | undefined): string {
  return (value ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}
