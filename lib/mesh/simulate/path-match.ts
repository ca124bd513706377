import type { JsonObject } from '@/lib/std/json'
import { re2FullMatch } from '../re2'
import { objectOf, stringOf, typedConfig } from './read'
import { pathOnly } from './request-facts'
import { matchUriTemplate } from './uri-template'

/** How a route looks at the path: the kind of its path specifier and the text to compare with. */
export interface PathSpecifier {
  readonly kind: 'prefix' | 'path' | 'path_separated_prefix' | 'safe_regex' | 'uri_template' | 'connect' | 'none'
  readonly text: string
  readonly caseSensitive: boolean
}

/** The path specifier of a RouteMatch; `none` where it has none that is known. */
export function pathSpecifier(match: JsonObject): PathSpecifier {
  const caseSensitive = match.case_sensitive !== false
  const plain = plainSpecifier(match)
  if (plain !== undefined) return { ...plain, caseSensitive }
  const regex = stringOf(objectOf(match.safe_regex).regex)
  if (regex !== undefined) return { kind: 'safe_regex', text: regex, caseSensitive: true }
  const template = stringOf(typedConfig(match.path_match_policy).path_template)
  if (template !== undefined) return { kind: 'uri_template', text: template, caseSensitive: true }
  if (match.connect_matcher !== undefined) return { kind: 'connect', text: '', caseSensitive: true }
  return { kind: 'none', text: '', caseSensitive: true }
}

function plainSpecifier(match: JsonObject): Pick<PathSpecifier, 'kind' | 'text'> | undefined {
  const prefix = stringOf(match.prefix)
  if (prefix !== undefined) return { kind: 'prefix', text: prefix }
  const path = stringOf(match.path)
  if (path !== undefined) return { kind: 'path', text: path }
  const separated = stringOf(match.path_separated_prefix)
  return separated === undefined ? undefined : { kind: 'path_separated_prefix', text: separated }
}

/** Whether a request's path (with query) is what the route asks for; query and fragment do not count. */
export function matchPath(specifier: PathSpecifier, path: string, method: string): boolean {
  if (specifier.kind === 'connect') return method === 'CONNECT'
  const subject = pathOnly(path)
  if (specifier.kind === 'safe_regex') return re2FullMatch(specifier.text, subject)
  if (specifier.kind === 'uri_template') return matchUriTemplate(specifier.text, subject)
  if (specifier.kind === 'none') return false
  const value = specifier.caseSensitive ? subject : subject.toLowerCase()
  const text = specifier.caseSensitive ? specifier.text : specifier.text.toLowerCase()
  if (specifier.kind === 'prefix') return value.startsWith(text)
  if (specifier.kind === 'path') return value === text
  return value === text || value.startsWith(`${text}/`)
}

/** The part of the path that a prefix rewrite replaces (matched_path of *RouteEntryImpl::rewritePathHeader). */
export function matchedLength(specifier: PathSpecifier, path: string): number {
  if (specifier.kind === 'prefix' || specifier.kind === 'path_separated_prefix') return specifier.text.length
  return pathOnly(path).length
}
