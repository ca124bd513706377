import { isJsonObject } from '@/lib/std/json'

/** The columns of an access-log line; '' or null for what Envoy wrote as `-`. */
export interface AccessLogLine {
  readonly method: string
  readonly path: string
  readonly protocol: string
  /** 0 for TCP, and where nothing was answered. */
  readonly status: number
  /** Envoy's response flags, comma separated; '' for none. */
  readonly flags: string
  readonly details: string
  readonly bytesIn: number | null
  readonly bytesOut: number | null
  /** Milliseconds. */
  readonly duration: number | null
  readonly forwardedFor: string
  readonly userAgent: string
  readonly requestId: string
  readonly authority: string
  readonly upstreamHost: string
  readonly upstreamCluster: string
  readonly downstreamRemote: string
  readonly serverName: string
  readonly routeName: string
}

/** Reads a line of Istio's default access log, text (istio-semantics 3.5) or JSON; undefined for any other line. */
export function parseAccessLog(line: string): AccessLogLine | undefined {
  if (line.startsWith('{')) return fromJson(line)
  return line.startsWith('[') ? fromText(line) : undefined
}

function fromText(line: string): AccessLogLine | undefined {
  const parts = split(line)
  if (parts.length < 21) return undefined
  const [, request = '', status = '', flags = '', details = '', , , received = '', sent = '', duration = '', , forwarded = '', agent = '', requestId = '', authority = '', host = '', cluster = '', , , remote = '', name = '', route = ''] = parts
  const code = Number(status)
  if (!Number.isInteger(code)) return undefined
  const [method = '', protocol = '', path = ''] = requestOf(request)
  return {
    method, path, protocol, status: code, flags: dash(flags), details: dash(details), bytesIn: count(received), bytesOut: count(sent), duration: count(duration),
    forwardedFor: dash(forwarded), userAgent: dash(agent), requestId: dash(requestId), authority: dash(authority), upstreamHost: dash(host), upstreamCluster: dash(cluster), downstreamRemote: dash(remote), serverName: dash(name), routeName: dash(route),
  }
}

/** `GET /a b HTTP/1.1`: the path is what stands between the first and the last space. */
function requestOf(request: string): readonly string[] {
  const first = request.indexOf(' ')
  const last = request.lastIndexOf(' ')
  if (first < 0 || last <= first) return ['', '', '']
  return [dash(request.slice(0, first)), dash(request.slice(last + 1)), dash(request.slice(first + 1, last))]
}

/** Splits by spaces outside of quotes and brackets, which are taken off. */
function split(line: string): readonly string[] {
  const parts: string[] = []
  let at = 0
  while (at < line.length) {
    const open = line[at]
    const close = open === '"' ? '"' : open === '[' ? ']' : undefined
    if (close === undefined) {
      const space = line.indexOf(' ', at)
      const stop = space < 0 ? line.length : space
      parts.push(line.slice(at, stop))
      at = stop + 1
      continue
    }
    let stop = line.indexOf(close, at + 1)
    while (stop > 0 && close === '"' && stop + 1 < line.length && line[stop + 1] !== ' ') stop = line.indexOf(close, stop + 1)
    if (stop < 0) stop = line.length
    parts.push(line.slice(at + 1, stop))
    at = stop + 2
  }
  return parts
}

function fromJson(line: string): AccessLogLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isJsonObject(value) || !('response_code' in value)) return undefined
  const object = value
  const text = (key: string): string => {
    const found = object[key]
    return typeof found === 'string' ? dash(found) : typeof found === 'number' ? String(found) : ''
  }
  const number = (key: string): number | null => {
    const found = object[key]
    return typeof found === 'number' ? found : typeof found === 'string' ? count(found) : null
  }
  return {
    method: text('method'), path: text('path'), protocol: text('protocol'), status: number('response_code') ?? 0, flags: text('response_flags'), details: text('response_code_details'),
    bytesIn: number('bytes_received'), bytesOut: number('bytes_sent'), duration: number('duration'), forwardedFor: text('x_forwarded_for'), userAgent: text('user_agent'), requestId: text('request_id'),
    authority: text('authority'), upstreamHost: text('upstream_host'), upstreamCluster: text('upstream_cluster'), downstreamRemote: text('downstream_remote_address'), serverName: text('requested_server_name'), routeName: text('route_name'),
  }
}

function dash(text: string): string {
  return text === '-' ? '' : text
}

function count(text: string): number | null {
  const value = Number(text)
  return text === '' || text === '-' || Number.isNaN(value) ? null : value
}

/** A line as it may be shown: control characters, terminal escapes and bidirectional marks taken out. */
export function printable(text: string): string {
  let at = 0
  while (at < text.length && !isHidden(text.charCodeAt(at))) at++
  if (at === text.length) return text
  let clean = text.slice(0, at)
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x1b) at = escapeEnd(text, at)
    else if (!isHidden(code)) clean += text[at]
  }
  return clean
}

function isHidden(code: number): boolean {
  return (code < 0x20 && code !== 0x09) || (code >= 0x7f && code < 0xa0) || (code >= 0x200e && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
}

/** The last index of an ANSI sequence that begins at `start`: CSI ends with a letter, OSC with BEL or ESC \. */
function escapeEnd(text: string, start: number): number {
  const kind = text[start + 1]
  if (kind === '[') {
    let at = start + 2
    while (at < text.length && (text.charCodeAt(at) < 0x40 || text.charCodeAt(at) > 0x7e)) at++
    return at
  }
  if (kind === ']') {
    let at = start + 2
    while (at < text.length && text.charCodeAt(at) !== 0x07 && !(text.charCodeAt(at) === 0x1b && text[at + 1] === '\\')) at++
    return text.charCodeAt(at) === 0x1b ? at + 1 : at
  }
  return start + 1
}
