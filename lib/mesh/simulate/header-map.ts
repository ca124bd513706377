/**
 * Names whose values Envoy joins with a comma as they come in (the inline headers of HeaderMapImpl and those that
 * extensions register); of all others each value stays by itself.
 */
const joined: ReadonlySet<string> = new Set([
  'accept', 'accept-encoding', 'access-control-request-headers', 'access-control-request-method', 'authorization', 'cache-control', 'content-encoding', 'content-type', 'grpc-accept-encoding', 'grpc-timeout',
  'if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'origin', 'pragma', 'referer', 'user-agent', 'via', 'x-client-trace-id', 'x-forwarded-client-cert', 'x-forwarded-for',
  'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-request-id', 'x-envoy-original-path', 'x-envoy-attempt-count', ':authority',
])

/** Adds one more value of a request header as a codec does. `name` in lower case. */
export function addRequestHeader(headers: Map<string, string[]>, name: string, value: string): void {
  const known = headers.get(name)
  if (known === undefined) headers.set(name, [value])
  else if (joined.has(name)) headers.set(name, [[...known, value].filter((one) => one !== '').join(',')])
  else known.push(value)
}

/** Utility::reconstituteCrumbledCookies, in place: the cookies of HTTP/2 become one header, empty ones at the front none. */
export function joinCookies(headers: Map<string, string[]>): void {
  const whole = (headers.get('cookie') ?? []).reduce((sum, value) => sum === '' ? value : `${sum}; ${value}`, '')
  if (whole === '') headers.delete('cookie')
  else headers.set('cookie', [whole])
}

/** Takes away what belongs to one connection only, and what the Connection header names; `te` but for trailers. */
export function dropHopByHop(headers: Map<string, string[]>): void {
  const upgrades = isUpgrade(headers)
  const named = (headers.get('connection')?.join(',') ?? '').split(',').map((name) => name.trim().toLowerCase())
  for (const name of [...named, ...hopByHop]) if (name !== '' && name !== 'te' && !name.startsWith(':') && !(upgrades && (name === 'upgrade' || name === 'connection'))) headers.delete(name)
  if (headers.get('te')?.some((value) => value.trim() !== 'trailers') === true) headers.delete('te')
}

/** Utility::isUpgrade: `upgrade` among what Connection names, and an Upgrade header. */
export function isUpgrade(headers: ReadonlyMap<string, readonly string[]>): boolean {
  return headers.has('upgrade') && (headers.get('connection')?.join(',') ?? '').split(',').some((name) => name.trim().toLowerCase() === 'upgrade')
}

/** Headers of one connection only (RFC 9110 7.6.1); the codec on the other side makes its own. */
const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'])

/** Grpc::Common::hasGrpcContentType: `application/grpc` alone or followed by `+`. */
export function isGrpc(headers: ReadonlyMap<string, readonly string[]>): boolean {
  const type = headers.get('content-type')?.join(',') ?? ''
  return type === 'application/grpc' || type.startsWith('application/grpc+')
}
