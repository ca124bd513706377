const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 with its padding, line breaks aside, as Go's StdEncoding reads it: bytes as characters up to U+00FF; undefined for anything else. */
export function decodeBase64(text: string): string | undefined {
  const compact = text.replaceAll('\n', '').replaceAll('\r', '')
  if (compact.length % 4 !== 0) return undefined
  const padding = compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0
  let out = ''
  let [bits, value] = [0, 0]
  for (let at = 0; at < compact.length - padding; at += 1) {
    const digit = alphabet.indexOf(compact.charAt(at))
    if (digit < 0) return undefined
    value = ((value << 6) | digit) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    out += String.fromCharCode((value >> bits) & 255)
  }
  return out
}

/** The bytes of the PEM blocks of some types, in order; what is no whole block is passed over (Go's pem.Decode; headers inside a block are not known). */
export function pemBlocks(text: string, wanted: (type: string) => boolean): readonly string[] {
  const blocks: string[] = []
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const named = text.indexOf('-----', at + begin.length)
    if (named < 0) break
    const type = text.slice(at + begin.length, named)
    const end = text.indexOf(`-----END ${type}-----`, named)
    if (end < 0) {
      at = named
      continue
    }
    const bytes = decodeBase64(text.slice(named + 5, end).replaceAll(' ', '').replaceAll('\t', ''))
    if (bytes !== undefined && bytes !== '' && wanted(type)) blocks.push(bytes)
    at = end
  }
  return blocks
}

const begin = '-----BEGIN '
