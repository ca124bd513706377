import { byteLength } from '@/lib/std/byte-length'
import type { NamedConfig } from '../../envoy/listener'
import type { GatewayWorkload } from '../../gateway-workload'
import { isGoUrl } from '../../istio/go-address'
import { memoParse } from '../../istio/memo-parse'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { refOf, type KubeObject, type ResourceRef } from '../../resource'
import { listObjects, type Snapshot } from '../../snapshot'
import { byCreation } from '../creation-order'
import type { Features } from '../features'
import { namedConfig } from '../listener-filters'
import { attaches, readTarget, type PolicyTarget } from './policy-selection'

/** Where among the policies' filters an extension stands. */
export type ExtensionPhase = 'AUTHN' | 'AUTHZ' | 'STATS' | 'UNSPECIFIED_PHASE'

/** A TrafficExtension or WasmPlugin that reaches a gateway, as the filter that stands for it. */
export interface TrafficExtension {
  readonly source: ResourceRef
  readonly phase: ExtensionPhase
  readonly chain: 'http' | 'network'
  /** Where it counts; everywhere without any. */
  readonly matches: readonly ExtensionMatch[]
  readonly filter: NamedConfig
}

interface ExtensionMatch {
  readonly mode: string
  readonly ports: readonly number[]
}

interface Written extends PolicyTarget {
  readonly phase: ExtensionPhase
  readonly priority: number
  readonly matches: readonly ExtensionMatch[]
  readonly code: { readonly kind: 'wasm'; readonly chain: 'http' | 'network' } | { readonly kind: 'lua'; readonly source: string } | undefined
}

/** Istio's convertToTrafficExtensionWrapper: one without a readable module or code is dropped. */
const parseExtension = memoParse((spec): Written => {
  const [wasm, lua] = [spec.object('wasm'), spec.object('lua')]
  return { ...common(spec), ...withoutSingle(spec), code: lua ? (wasm ? undefined : luaCode(lua)) : wasm && wasmCode(wasm) }
})

const parsePlugin = memoParse((spec): Written => ({ ...common(spec), code: wasmCode(spec) }))

/** A TrafficExtension knows no single targetRef. */
function withoutSingle(spec: Fields): Pick<Written, 'targetRefs'> {
  return { targetRefs: spec.objects('targetRefs').length === 0 ? [] : readTarget(spec).targetRefs }
}

function common(spec: Fields): Omit<Written, 'code'> {
  const phase = spec.string('phase')
  return {
    ...readTarget(spec),
    phase: phase === 'AUTHN' || phase === 'AUTHZ' || phase === 'STATS' ? phase : 'UNSPECIFIED_PHASE',
    priority: spec.int('priority') ?? -2_147_483_648,
    matches: spec.objects('match').map((match) => ({ mode: match.string('mode') ?? '', ports: match.objects('ports').map((port) => port.int('number') ?? 0) })),
  }
}

function wasmCode(wasm: Fields): Written['code'] {
  const url = wasm.string('url') ?? ''
  if (url === '' || !isGoUrl(url)) return undefined
  return { kind: 'wasm', chain: wasm.string('type') === 'NETWORK' ? 'network' : 'http' }
}

function luaCode(lua: Fields): Written['code'] {
  const source = lua.string('inlineCode') ?? ''
  return source === '' || byteLength(source) > 65_536 ? undefined : { kind: 'lua', source }
}

/** The extensions of a gateway, in the order in which those of one phase stand: by priority, then the gateway's namespace before the root, then by age (PushContext.TrafficExtensionsByListenerInfo; SPEC EX1, EX2). */
export function trafficExtensions(snapshot: Snapshot, { gateway, config, features }: { readonly gateway: GatewayWorkload; readonly config: MeshConfig; readonly features: Features }): readonly TrafficExtension[] {
  const found = [...new Set([gateway.namespace, config.rootNamespace])].flatMap((namespace) =>
    [...[...listObjects(snapshot, 'trafficextensions.extensions.istio.io', namespace)].map(asWritten), ...[...listObjects(snapshot, 'wasmplugins.extensions.istio.io', namespace)].map(asTranslated)]
      .sort((a, b) => byCreation(a.named, b.named))
      .filter(({ written }) => attaches(written, namespace, { gateway, features })))
  return found.sort((a, b) => b.written.priority - a.written.priority).flatMap(({ object, named, written: { phase, matches, code } }) => {
    if (!code) return []
    const name = `extensions.istio.io/trafficextension/${named.metadata.namespace ?? ''}.${named.metadata.name}`
    const chain = code.kind === 'lua' ? 'http' : code.chain
    return [{ source: refOf(object), phase, chain, matches, filter: code.kind === 'lua' ? luaFilter(name, code.source) : discovered(name, chain) }]
  })
}

interface Found {
  readonly object: KubeObject
  /** The object under the name that istiod gives it. */
  readonly named: KubeObject
  readonly written: Written
}

function asWritten(object: KubeObject): Found {
  return { object, named: object, written: parseExtension(object).value }
}

/** istiod turns each WasmPlugin into a TrafficExtension. */
function asTranslated(object: KubeObject): Found {
  return { object, named: { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}~istio-translated-wasmplugin` } }, written: parsePlugin(object).value }
}

function luaFilter(name: string, source: string): NamedConfig {
  return namedConfig(name, 'filters.http.lua.v3.Lua', { default_source_code: { inline_string: source } })
}

/** A Wasm module comes by ECDS; agents send RBAC in its place where they could not fetch it. */
function discovered(name: string, chain: 'http' | 'network'): NamedConfig {
  const types = `type.googleapis.com/envoy.extensions.filters.${chain}`
  return { name, config_discovery: { config_source: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }, type_urls: [`${types}.wasm.v3.Wasm`, `${types}.rbac.v3.RBAC`] } }
}

/** The filters of a phase on a chain of a port: the pod's for HTTP, the Gateway's or the Service's for TCP (matchTrafficExtensionSelectors). */
export function extensionFilters(extensions: readonly TrafficExtension[], at: { readonly chain: 'http' | 'network'; readonly port: number }, ...phases: readonly ExtensionPhase[]): readonly NamedConfig[] {
  const standing = extensions.filter(({ chain, matches }) => chain === at.chain && (matches.length === 0 || matches.some((match) => isFor(match, at.port))))
  return phases.flatMap((phase) => standing.filter((extension) => extension.phase === phase).map(({ filter }) => filter))
}

function isFor({ mode, ports }: ExtensionMatch, port: number): boolean {
  return mode !== 'SERVER' && (ports.length === 0 || ports.some((number) => number !== 0 && number === port))
}
