import type { MapHost } from './model'

/** Names one thing on the map, in URLs and in the drawing. */
export type MapKey = `entry:${string}` | `server:${string}` | `host:${string}` | `rule:${string}` | `to:${string}`

/** What a key names. */
export type MapThing =
  | { readonly kind: 'entry' | 'server' | 'host' | 'to'; readonly id: string }
  | { readonly kind: 'rule'; readonly id: string; readonly number: number }

/** The key of a rule: its host's id and its number in Envoy's order. */
export function ruleKey(hostId: string, number: number): MapKey {
  return `rule:${hostId}#${number}`
}

/** Reads a key as it stands in a URL; null for anything else. */
export function parseMapKey(text: string): MapThing | null {
  const colon = text.indexOf(':')
  const kind = text.slice(0, colon)
  const id = text.slice(colon + 1)
  if (id === '') return null
  if (kind === 'entry' || kind === 'server' || kind === 'host' || kind === 'to') return { kind, id }
  if (kind !== 'rule') return null
  const hash = id.lastIndexOf('#')
  const number = Number.parseInt(id.slice(hash + 1), 10)
  return hash > 0 && number > 0 ? { kind, id: id.slice(0, hash), number } : null
}

/** The host id that a key is about, so that the server can include it; null for other things. */
export function hostIdOf(text: string): string | null {
  const thing = parseMapKey(text)
  return thing && (thing.kind === 'host' || thing.kind === 'rule') ? thing.id : null
}

/** What a host's name is followed by when the name alone does not tell it apart. */
export function hostTitle(host: Pick<MapHost, 'name' | 'port' | 'note'>): string {
  return host.name === '*' || host.note === 'redirect' ? `${host.name} :${host.port}` : host.name
}
