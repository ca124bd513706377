import { parseIp } from '../simulate/ip-range'

/** Istio's host.Name.SubsetOf: whether every name that `name` stands for is also covered by `other`. Case counts. */
export function subsetOf(name: string, other: string): boolean {
  const [wild, otherWild] = [name.startsWith('*'), other.startsWith('*')]
  if (wild && otherWild) return name.length >= other.length && name.slice(1).endsWith(other.slice(1))
  if (otherWild) return name.endsWith(other.slice(1))
  return !wild && name === other
}

/** Istio's host.Name.Matches: symmetric, either side may cover the other. */
export function hostsMatch(a: string, b: string): boolean {
  return subsetOf(a, b) || subsetOf(b, a)
}

/** Istio's host.Names.Intersection: for each pair the narrower name, without repeats, server hosts outermost. */
export function intersectHosts(servers: readonly string[], others: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const server of servers) {
    for (const other of others) {
      if (subsetOf(server, other)) found.add(server)
      else if (subsetOf(other, server)) found.add(other)
    }
  }
  return [...found]
}

/** Istio's ResolveShortnameToFQDN: `*`, addresses and anything with a dot stay; else `<name>.<namespace>.svc.<domain>`. */
export function resolveShortName(name: string, namespace: string, domain: string): string {
  if (name === '' || name === '*' || name.includes('.') || (name.includes(':') && isIp(name))) return name
  return `${name}.${namespace}.svc.${domain}`
}

/** Go's netip.ParseAddr; an IPv6 address may have a zone. */
function isIp(text: string): boolean {
  const [address = '', ...zone] = text.split('%')
  return parseIp(address) !== undefined && (zone.length === 0 || zone[0] !== '')
}

/** Istio's resolveGatewayName: `mesh` stays; names and the legacy FQDN become `namespace/name` (SPEC VS1). */
export function resolveGatewayName(name: string, namespace: string): string {
  if (name === 'mesh') return name
  const slash = name.indexOf('/')
  if (slash >= 0) return name.startsWith('./') ? `${namespace}/${name.slice(2)}` : name
  const [first = '', second] = name.split('.')
  return second === undefined ? `${namespace}/${name}` : `${second}/${first}`
}
