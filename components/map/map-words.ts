import { assertNever } from '@/lib/std/assert-never'
import { parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { hostTitle } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapDestination, MapEdge, MapEntry, MapHost, MapRule, MapServer, MapTrouble } from '@/lib/mesh/graph/model'

/** `12 rules`, `1 rule`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}

/** `90 %`; below one percent with a digit. */
export function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`
}

/** Requests a second in few digits: `16.9/s`, `2/min`. */
export function rateText(rate: number): string {
  if (rate === 0) return '0'
  if (rate >= 0.05) return `${rate >= 100 ? Math.round(rate) : rate.toFixed(1)}/s`
  return `${Math.max(1, Math.round(rate * 60))}/min`
}

/** A port as the entry column shows it: `:443 ▸ 8443`. */
export function entryTitle(entry: MapEntry): string {
  return entry.service ? `:${entry.port} ▸ ${entry.targetPort}` : `:${entry.port}`
}

/** What a server says beside its protocol: TLS mode, redirect, or its name. */
export function serverNote(server: MapServer): string {
  if (server.httpsRedirect) return '301 to https'
  return server.tlsMode ?? (server.protocol === 'tcp' ? server.name : '')
}

/** What a host says beside its name when it is folded. */
export function hostNote(host: MapHost): string {
  if (host.note === 'redirect') return 'every path, 301 to https'
  if (host.note === 'empty') return 'no rules, 404'
  const kinds = [...new Set(host.owners.map((owner) => owner.kind))].filter((kind) => kind !== 'VirtualService')
  const kind = kinds.length === 0 ? '' : `${kinds.join(', ')} `
  if (host.kind === 'sni') return `${kind}by SNI`
  return host.kind === 'tcp' ? `${kind}TCP, connections` : kind.trim()
}

/** The owners of a host or rule as the column shows them: their namespaces. */
export function ownerText(owners: readonly { readonly namespace: string; readonly name: string }[]): string {
  return [...new Set(owners.map((owner) => owner.namespace))].join(', ')
}

/** What a screen reader says of a rule's row. */
export function ruleLabel(rule: MapRule): string {
  const dead = rule.dead ? `, ${deadText(rule)}` : ''
  return `rule ${rule.number}, ${matchLabel(rule.when)}${dead}`
}

/** `dead, by 3`: never reached, and the rule that takes its requests. */
export function deadText(rule: MapRule): string {
  if (!rule.dead) return ''
  return rule.dead.by === null ? 'dead' : `dead, by ${rule.dead.by}`
}

/** What a screen reader says of a host's row. */
export function hostLabel(host: MapHost): string {
  const trouble = host.trouble ? `, ${troubleText(host.trouble)}` : ''
  return `host ${hostTitle(host)}, ${host.note === null ? count(host.ruleCount, 'rule') : hostNote(host)}${trouble}`
}

/** `1 error, 2 warnings`. */
export function troubleText(trouble: MapTrouble): string {
  return [trouble.errors > 0 ? count(trouble.errors, 'error') : '', trouble.warnings > 0 ? count(trouble.warnings, 'warning') : ''].filter((part) => part !== '').join(', ')
}

/** Where an edge leads, in words, with the share: `90 % cart·v1:80`. */
export function edgeText(edge: MapEdge, destination: MapDestination | undefined): string {
  const label = destination?.label ?? edge.to
  if (edge.kind === 'mirror') return `mirror to ${label}`
  return edge.share < 0.9995 ? `${percent(edge.share)} ${label}` : label
}

/** What a destination's pods are, in words: `3 of 3 pods`; what it is where there are none. */
export function podsText(destination: MapDestination): string {
  switch (destination.kind) {
    case 'redirect': return 'redirect'
    case 'direct': return 'answer of Envoy itself'
    case 'missing': return 'no such cluster'
    case 'external': return destination.total === null ? 'outside the mesh' : `${destination.ready ?? 0} of ${destination.total} endpoints`
    case 'cluster': return destination.total === null ? '' : `${destination.ready ?? 0} of ${destination.total} pods`
    default: return assertNever(destination.kind)
  }
}

/** The whole name of a destination: the host of its cluster, else its label. */
export function wholeName(destination: MapDestination): string {
  return parseClusterName(destination.id)?.host ?? destination.label
}

/** Whether a destination cannot take all that is sent to it. */
export function isShort(destination: MapDestination): boolean {
  return destination.kind === 'missing' || (destination.total !== null && destination.kind === 'cluster' && ((destination.ready ?? 0) < destination.total || destination.total === 0))
}
