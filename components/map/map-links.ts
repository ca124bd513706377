import { paths } from '@/components/shell/paths'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapHost, MapRule } from '@/lib/mesh/graph/model'

/** The editor on a host's table, at a rule: what `e` and Edit open. */
export function editLink(cluster: string, host: Pick<MapHost, 'gateway' | 'name'>, rule?: number): string {
  return paths.edit(cluster, splitKey(host.gateway), host.name) + (rule === undefined ? '' : `?rule=${rule}`)
}

/** The editor with a new VirtualService for a host on a gateway. */
export function newVirtualServiceLink(cluster: string, gateway: string, host: string): string {
  return `${paths.edit(cluster, splitKey(gateway), host)}?new=1`
}

/** Explain with a request that the host, or its rule, is meant for: its port and scheme, its path, method and headers where they are single values. */
export function explainLink(cluster: string, index: GraphIndex, host: MapHost, rule?: MapRule): string {
  const servers = host.servers.flatMap((id) => index.servers.get(id) ?? [])
  const tls = servers.some(({ tlsMode, protocol }) => tlsMode !== null || protocol === 'https' || protocol === 'tls')
  const scheme = host.kind === 'tcp' ? 'tcp' : host.kind === 'sni' ? 'tls' : tls ? 'https' : 'http'
  const usual = { http: 80, https: 443, tls: 443, tcp: 0 }[scheme]
  const name = host.name.startsWith('*.') ? `any${host.name.slice(1)}` : host.name === '*' || host.kind === 'tcp' ? 'any.example.com' : host.name
  const said = (what: string) => rule?.when.filter((condition) => condition.what === what && !condition.not) ?? []
  const path = said('path').find(({ op }) => op === 'is' || op === 'starts' || op === 'under')?.value ?? '/'
  const query = new URLSearchParams({ gateway: host.gateway, url: `${scheme}://${name}${host.port === usual ? '' : `:${host.port}`}${host.kind === 'http' ? path : ''}` })
  const method = said('method').find(({ op }) => op === 'is')?.value
  if (method !== undefined) query.set('method', method)
  const headers = said('header').filter(({ op }) => op === 'is' || op === 'starts').map(({ name: header, value }) => `${header}: ${value}`)
  if (headers.length > 0) query.set('header', headers.join('\n'))
  return `${paths.explain(cluster)}?${query.toString()}`
}

function splitKey(gateway: string): { readonly namespace: string; readonly name: string } {
  const slash = gateway.indexOf('/')
  return { namespace: gateway.slice(0, slash), name: gateway.slice(slash + 1) }
}
