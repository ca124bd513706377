import type { JsonObject } from '@/lib/std/json'
import { compileRe2, re2ReplaceAll } from '../re2'
import { matchedLength } from './path-match'
import { objectOf, stringOf, typedConfig } from './read'
import { pathOnly } from './request-facts'
import { routePath } from './route-match'
import { templateToRe2 } from './uri-template'

/** The path after a route's (or redirect's) rewrite; the query is kept (RouteEntryImplBase::finalizePathHeader). */
export function rewritePath(route: JsonObject, action: JsonObject, path: string): string {
  const prefix = stringOf(action.prefix_rewrite) ?? ''
  if (prefix !== '') return prefix + path.slice(matchedLength(routePath(route), path))
  const bare = pathOnly(path)
  const rest = path.slice(bare.length)
  const regex = objectOf(action.regex_rewrite)
  const pattern = stringOf(objectOf(regex.pattern).regex)
  if (pattern !== undefined) return re2ReplaceAll(pattern, stringOf(regex.substitution) ?? '', bare) + rest
  const template = stringOf(typedConfig(action.path_rewrite_policy).path_template_rewrite)
  return template === undefined ? path : (rewriteTemplate(route, template, bare) ?? bare) + rest
}

/** Whether the action changes the path at all; then Envoy keeps the old one in x-envoy-original-path. */
export function rewritesPath(action: JsonObject): boolean {
  return (stringOf(action.prefix_rewrite) ?? '') !== '' || action.regex_rewrite !== undefined || action.path_rewrite_policy !== undefined
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

/**
 * The authority after the action's host rewrite: the literal of the chosen weighted cluster, else the route's, else a
 * header's value, else the path's by expression. `auto_host_rewrite` is the upstream's host name, known only to the caller.
 */
export function rewriteAuthority(action: JsonObject, chosen: JsonObject, request: { readonly authority: string; readonly path: string; readonly header: (name: string) => string | undefined }): string {
  const literal = stringOf(chosen.host_rewrite_literal) ?? stringOf(action.host_rewrite_literal) ?? ''
  if (literal !== '') return literal
  const header = stringOf(action.host_rewrite_header)
  if (header !== undefined) return request.header(header) ?? request.authority
  const byPath = objectOf(action.host_rewrite_path_regex)
  const pattern = stringOf(objectOf(byPath.pattern).regex)
  if (pattern === undefined) return request.authority
  return re2ReplaceAll(pattern, stringOf(byPath.substitution) ?? '', pathOnly(request.path))
}
