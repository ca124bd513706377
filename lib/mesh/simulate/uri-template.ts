import { re2FullMatch } from '../re2'

const segmentChars = "[a-zA-Z0-9-._~%!$&'()+,;:@=*]"
const anyChars = "[a-zA-Z0-9-._~%!$&'()+,;:@=*/]"

/**
 * RE2 expression of an Envoy URI template (`/v1/{name}/*`, `/a/{rest=**}`): `*` is one non-empty segment, `**` any
 * number of characters with slashes (uri_template_lib.cc). Undefined where the template is malformed.
 */
export function templateToRe2(template: string): string | undefined {
  if (!template.startsWith('/')) return undefined
  let out = ''
  for (let i = 0; i < template.length; i++) {
    const char = template.charAt(i)
    if (char === '*') {
      const double = template.charAt(i + 1) === '*'
      out += double ? `${anyChars}*` : `${segmentChars}+`
      if (double) i++
      continue
    }
    if (char !== '{') {
      out += quote(char)
      continue
    }
    const end = template.indexOf('}', i)
    if (end < 0) return undefined
    const variable = template.slice(i + 1, end)
    const equals = variable.indexOf('=')
    const inner = equals < 0 ? `${segmentChars}+` : templateToRe2(`/${variable.slice(equals + 1)}`)?.slice(1)
    if (inner === undefined) return undefined
    out += `(?P<${equals < 0 ? variable : variable.slice(0, equals)}>${inner})`
    i = end
  }
  return out
}

/** Whether a path without query matches a URI template as a whole. */
export function matchUriTemplate(template: string, path: string): boolean {
  const expression = templateToRe2(template)
  return expression !== undefined && re2FullMatch(expression, path)
}

const special = '\\.+*?()|[]{}^$'

function quote(char: string): string {
  return special.includes(char) ? `\\${char}` : char
}
