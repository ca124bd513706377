import type { JsonObject } from '@/lib/std/json'

/** What becomes of a path before it is routed. */
export type NormalisedPath =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'redirect'; readonly path: string }
  /** `path`: as far as it was changed, which is what the log shows. */
  | { readonly kind: 'rejected'; readonly details: string; readonly path: string }

/** ConnectionManagerUtility::maybeNormalizePath with the listener's settings: escaped slashes, dot segments, merged slashes. */
export function normalisePath(hcm: JsonObject, path: string, options: { readonly rejectsFragment: boolean } = { rejectsFragment: true }): NormalisedPath {
  const rejected = (seen: string): NormalisedPath => ({ kind: 'rejected', details: 'path_normalization_failed', path: seen })
  const hash = path.indexOf('#')
  if (hash >= 0 && options.rejectsFragment) return rejected(path)
  const whole = hash < 0 ? path : path.slice(0, hash)
  const action = hcm.path_with_escaped_slashes_action
  const query = whole.indexOf('?')
  const bare = query < 0 ? whole : whole.slice(0, query)
  const rest = query < 0 ? '' : whole.slice(query)
  const unescaped = unescapeSlashes(bare)
  const escaped = unescaped !== bare
  if (escaped && action === 'REJECT_REQUEST') return rejected(unescaped + rest)
  let result = escaped && (action === 'UNESCAPE_AND_REDIRECT' || action === 'UNESCAPE_AND_FORWARD') ? unescaped : bare
  if (hcm.normalize_path === true) {
    const canonical = canonicalPath(result)
    if (canonical === undefined) return rejected(path)
    result = canonical
  }
  if (hcm.merge_slashes === true) result = mergeSlashes(result)
  return escaped && action === 'UNESCAPE_AND_REDIRECT' ? { kind: 'redirect', path: result + rest } : { kind: 'path', path: result + rest }
}

function unescapeSlashes(path: string): string {
  return path.replaceAll('%2F', '/').replaceAll('%2f', '/').replaceAll('%5C', '\\').replaceAll('%5c', '\\')
}

/** PathUtil::mergeSlashes: nothing but slashes is left as two. */
function mergeSlashes(path: string): string {
  if (!path.includes('//')) return path
  const parts = path.split('/').filter((part) => part !== '')
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}${path.endsWith('/') ? '/' : ''}`
}

/** Path canonicalisation of Chromium's URL library (CanonicalizePath): dot segments, backslashes, needless escapes. */
export function canonicalPath(path: string): string | undefined {
  if (!path.startsWith('/') && !path.startsWith('\\')) return undefined
  if (path.includes('%00')) return undefined
  const out: string[] = []
  const segments = unescapeUnreserved(path.replaceAll('\\', '/')).split('/').slice(1)
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1
    const dots = segment.replaceAll('%2e', '.').replaceAll('%2E', '.')
    if (dots === '..') {
      out.pop()
      if (last) out.push('')
    } else if (dots === '.') {
      if (last) out.push('')
    } else out.push(segment)
  }
  return `/${out.join('/')}`
}

const unreserved = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~'
const mustEscape = ' "<>`{}^|'

function unescapeUnreserved(path: string): string {
  let out = ''
  for (let i = 0; i < path.length; i++) {
    const char = path.charAt(i)
    const code = path.charCodeAt(i)
    if (char === '%') {
      const decoded = decodeAt(path, i)
      if (decoded !== undefined && (unreserved.includes(decoded) || decoded === '.')) {
        out += decoded
        i += 2
        continue
      }
    }
    if (code > 0x7f) {
      const whole = String.fromCodePoint(path.codePointAt(i) ?? code)
      out += escapeUtf8(whole)
      i += whole.length - 1
      continue
    }
    out += code < 0x20 || code === 0x7f || mustEscape.includes(char) ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : char
  }
  return out
}

/** A character as percent-escaped UTF-8; half a surrogate pair as the replacement character. */
function escapeUtf8(char: string): string {
  try {
    return encodeURIComponent(char)
  } catch {
    return '%EF%BF%BD'
  }
}

function decodeAt(path: string, i: number): string | undefined {
  const hex = path.slice(i + 1, i + 3)
  if (hex.length < 2 || ![...hex.toLowerCase()].every((c) => '0123456789abcdef'.includes(c))) return undefined
  return String.fromCharCode(parseInt(hex, 16))
}
