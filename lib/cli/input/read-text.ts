/** A file's text: UTF-8, or UTF-16 where a byte order mark says so; without the mark. `wrong` is the first byte that is no UTF-8. */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly valid: boolean } {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), valid: true }
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), valid: false }
  }
}
