import type { ResourceRef } from '../resource'

const prefix = 'extensions.istio.io/trafficextension/'
const marker = '~istio-translated-wasmplugin'

/** The WasmPlugin or TrafficExtension that istiod put a filter into a listener for, by the filter's name (`…/shop.plugin~istio-translated-wasmplugin`). */
export function extensionOrigin(filter: string): ResourceRef | undefined {
  if (!filter.startsWith(prefix)) return undefined
  const dot = filter.indexOf('.', prefix.length)
  if (dot < 0) return undefined
  const [namespace, name] = [filter.slice(prefix.length, dot), filter.slice(dot + 1)]
  const translated = name.endsWith(marker)
  return { group: 'extensions.istio.io', kind: translated ? 'WasmPlugin' : 'TrafficExtension', namespace, name: translated ? name.slice(0, -marker.length) : name }
}
