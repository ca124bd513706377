import type { Route } from '../envoy/route'
import type { HostFacts } from './host-facts'
import type { MapTrouble } from './model'

/** A parsed filter: all of its parts must hold. */
export interface HostFilter {
  readonly hosts: readonly string[]
  readonly namespaces: readonly string[]
  /** Any of these; empty: all. */
  readonly anyNamespace: readonly string[]
  readonly problem: boolean
  readonly words: readonly string[]
}

/** Reads `host:shop ns:payments is:problem cart`; an unknown prefix is taken as free text. */
export function parseHostFilter(text: string, anyNamespace: readonly string[] = []): HostFilter {
  const tokens = text.toLowerCase().split(' ').filter((token) => token !== '')
  const after = (prefix: string): readonly string[] => tokens.filter((token) => token.startsWith(prefix) && token.length > prefix.length).map((token) => token.slice(prefix.length))
  return {
    hosts: after('host:'),
    namespaces: after('ns:'),
    anyNamespace,
    problem: tokens.includes('is:problem'),
    words: tokens.filter((token) => !['host:', 'ns:', 'is:'].some((prefix) => token.startsWith(prefix))),
  }
}

/** Whether the filter lets everything through. */
export function isEmptyFilter(filter: HostFilter): boolean {
  return filter.hosts.length === 0 && filter.namespaces.length === 0 && filter.anyNamespace.length === 0 && !filter.problem && filter.words.length === 0
}

/** Whether a host passes: `host:` by a part of a domain (`*` at the end allowed), `ns:` by an owner's namespace, words anywhere in its table. */
export function hostMatches({ facts, trouble }: { readonly facts: HostFacts; readonly trouble: MapTrouble | null }, filter: HostFilter): boolean {
  if (filter.problem && trouble === null) return false
  if (!filter.hosts.every((part) => domains(facts).some((domain) => domain.includes(bare(part))))) return false
  if (!filter.namespaces.every((namespace) => facts.origins.some((origin) => origin.resource.namespace === namespace))) return false
  if (filter.anyNamespace.length > 0 && !facts.origins.some((origin) => filter.anyNamespace.includes(origin.resource.namespace))) return false
  return filter.words.length === 0 || words(facts, filter.words)
}

function bare(part: string): string {
  return part !== '*' && part.endsWith('*') ? part.slice(0, -1) : part
}

function domains(facts: HostFacts): readonly string[] {
  if (facts.virtualHost) return facts.virtualHost.domains
  return [facts.name, ...facts.chains.flatMap((chain) => chain.names)]
}

function words(facts: HostFacts, wanted: readonly string[]): boolean {
  const has = (text: string | undefined, word: string): boolean => text?.toLowerCase().includes(word) === true
  return wanted.every((word) =>
    domains(facts).some((domain) => has(domain, word))
    || facts.origins.some(({ resource }) => has(`${resource.namespace}/${resource.name}`, word))
    || facts.virtualHost?.routes?.some((route) => routeTexts(route).some((text) => has(text, word))) === true
    || facts.chains.some((chain) => chain.to.some((edge) => has(edge.to, word))))
}

function routeTexts(route: Route): readonly (string | undefined)[] {
  const { match } = route
  return [
    match.path, match.prefix, match.path_separated_prefix, match.safe_regex?.regex, route.route?.cluster,
    ...(route.route?.weighted_clusters?.clusters.map((cluster) => cluster.name) ?? []),
    ...(route.route?.request_mirror_policies?.map((mirror) => mirror.cluster) ?? []),
    ...(match.headers?.flatMap((header) => [header.name, header.string_match?.exact]) ?? []),
  ]
}
