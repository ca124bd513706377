/** Whether Go's url.Parse takes what follows a scheme and `//`: the host's characters and port, and escapes in the path. */
export function isGoAddress(rest: string): boolean {
  const end = [...'/?#'].reduce((least, char) => { const at = rest.indexOf(char); return at >= 0 && at < least ? at : least }, rest.length)
  const authority = rest.slice(0, end)
  return isGoHost(authority.slice(authority.lastIndexOf('@') + 1)) && isGoPath(rest.slice(end))
}

/** Whether Go's url.Parse takes a text. */
export function isGoUrl(text: string): boolean {
  if (hasControlCharacters(text) || text.startsWith(':')) return false
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1]
  const rest = (scheme === undefined ? text : text.slice(scheme.length + 1)).split('#')[0] ?? ''
  if (rest.startsWith('//')) return isGoAddress(rest.slice(2))
  if (scheme !== undefined && !rest.startsWith('/')) return true
  if ((rest.split('/')[0] ?? '').includes(':')) return false
  return isGoPath(rest)
}

/** Whether no escape of the path is broken; what follows `?` is not looked at. */
export function isGoPath(path: string): boolean {
  return !/%(?![0-9A-Fa-f]{2})/.test(path.split('?')[0] ?? '')
}

/** Whether a text holds characters that no URL has. */
export function hasControlCharacters(text: string): boolean {
  return [...text].some((char) => { const code = char.codePointAt(0) ?? 0; return code < 0x20 || code === 0x7f })
}

function isGoHost(host: string): boolean {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    return end > 0 && /^(:[0-9]*)?$/.test(host.slice(end + 1))
  }
  return /^[^:]*(:[0-9]*)?$/.test(host) && !/[ "<>\\^`{|}%[\]]/.test(host)
}
