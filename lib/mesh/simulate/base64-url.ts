const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Base64url without padding as UTF-8 text; undefined where it is none or empty. */
export function decodeBase64Url(text: string): string | undefined {
  if (text === '' || text.length % 4 === 1) return undefined
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const char of text) {
    const digit = alphabet.indexOf(char)
    if (digit < 0) return undefined
    value = (value << 6) | digit
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 255)
    value &= (1 << bits) - 1
  }
  return utf8(bytes)
}

function utf8(bytes: readonly number[]): string {
  const escaped = bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  try {
    return decodeURIComponent(escaped)
  } catch {
    return String.fromCharCode(...bytes)
  }
}

/** UTF-8 text as base64url, with padding where wanted. */
export function encodeBase64Url(text: string, padded: boolean): string {
  const bytes = [...encodeURIComponent(text).matchAll(percentOrChar)].map(([part]) => part.startsWith('%') ? parseInt(part.slice(1), 16) : part.charCodeAt(0))
  let out = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const value = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const digits = [18, 12, 6, 0].map((shift) => alphabet.charAt((value >> shift) & 63)).slice(0, Math.min(4, bytes.length - at + 1))
    out += digits.join('') + (padded ? '='.repeat(4 - digits.length) : '')
  }
  return out
}

/** One byte of encodeURIComponent's output. */
const percentOrChar = /%[0-9A-F]{2}|./g
