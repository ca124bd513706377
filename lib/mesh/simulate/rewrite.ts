import type { JsonObject } from '@/lib/std/json'
import { compileRe2, re2ReplaceAll } from '../re2'
import { matchedLength } from './path-match'
import { objectOf, stringOf, typedConfig } from './read'
import { pathOnly } from './request-facts'
import { routePath } from './route-match'
import { templateToRe2 } from './uri-template'

/** The path after a route's (or redirect's) rewrite, its query kept; undefined where it has none, or one that leaves nothing (RouteEntryImplBase::finalizePathHeader). */
export function rewritePath(route: JsonObject, action: JsonObject, path: string, fill: (format: string) => string = (format) => format): string | undefined {
  const prefix = stringOf(action.prefix_rewrite) ?? ''
  if (prefix !== '') return prefix + path.slice(matchedLength(routePath(route), path))
  const bare = pathOnly(path)
  const rewritten = rewriteBare(route, action, bare, fill) ?? ''
  return rewritten === '' ? undefined : rewritten + path.slice(bare.length)
}

function rewriteBare(route: JsonObject, action: JsonObject, bare: string, fill: (format: string) => string): string | undefined {
  const regex = objectOf(action.regex_rewrite)
  const pattern = stringOf(objectOf(regex.pattern).regex)
  if (pattern !== undefined) return re2ReplaceAll(pattern, stringOf(regex.substitution) ?? '', bare)
  const format = stringOf(action.path_rewrite) ?? ''
  if (format !== '') return fill(format)
  const template = stringOf(typedConfig(action.path_rewrite_policy).path_template_rewrite)
  return template === undefined ? undefined : rewriteTemplate(route, template, bare) ?? bare
}

function rewriteTemplate(route: JsonObject, template: string, path: string): string | undefined {
  const source = templateToRe2(routePath(route).text)
  const expression = source === undefined ? null : compileRe2(source)
  const matcher = expression?.matcher(path)
  if (matcher === undefined || !matcher.matches()) return undefined
  let out = ''
  for (let i = 0; i < template.length; i++) {
    if (template.charAt(i) !== '{') {
      out += template.charAt(i)
      continue
    }
    const end = template.indexOf('}', i)
    if (end < 0) return undefined
    const group = namedGroup(() => matcher.group(template.slice(i + 1, end)))
    if (group === undefined) return undefined
    out += group
    i = end
  }
  return out
}

function namedGroup(read: () => string | null): string | undefined {
  try {
    return read() ?? ''
  } catch {
    return undefined
  }
}

/** The authority that a route's action asks for: a literal, a header's first value, the path's by expression, the upstream's host name (auto_host_rewrite); undefined or empty where it asks for none. */
export function rewriteAuthority(action: JsonObject, request: { readonly path: string; readonly hostname: string | undefined; readonly header: (name: string) => string | undefined; readonly fill: (format: string) => string }): string | undefined {
  const literal = stringOf(action.host_rewrite_literal) ?? ''
  if (literal !== '') return literal
  const format = stringOf(action.host_rewrite)
  if (format !== undefined) return request.fill(format)
  const header = stringOf(action.host_rewrite_header)
  if (header !== undefined) return request.header(header)
  const byPath = objectOf(action.host_rewrite_path_regex)
  const pattern = stringOf(objectOf(byPath.pattern).regex)
  if (pattern !== undefined) return re2ReplaceAll(pattern, stringOf(byPath.substitution) ?? '', pathOnly(request.path))
  return action.auto_host_rewrite === true ? request.hostname : undefined
}
