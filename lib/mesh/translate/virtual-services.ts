import type { MeshConfig } from '../istio/mesh-config'
import { parseVirtualService } from '../istio/parse-virtual-service'
import { refOf, type KubeObject } from '../resource'
import { getObject, type ObjectsByNamespace, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import { mergeDelegates } from './merge-delegates'
import { resolveGatewayName, resolveShortName } from './host-name'
import { changedObjects } from './incremental/changed-objects'
import { keepList, sameItems } from './incremental/stage'
import { exportSet } from './mesh-service'
import type { ResolvedVirtualService } from './resolved-virtual-service'

const memo = new WeakMap<KubeObject, { readonly config: MeshConfig; readonly resolved: ResolvedVirtualService }>()

function delegates(object: KubeObject): boolean {
  return parseVirtualService(object).value.http.some((route) => route.delegate !== undefined)
}

/** Resolves one root VirtualService (memoised unless it delegates). */
function resolve(object: KubeObject, snapshot: Snapshot, config: MeshConfig): ResolvedVirtualService {
  const known = memo.get(object)
  if (known?.config === config) return known.resolved
  const spec = parseVirtualService(object).value
  const namespace = object.metadata.namespace ?? ''
  const owner = refOf(object)
  const delegating = delegates(object)
  const resolved: ResolvedVirtualService = {
    name: object.metadata.name,
    namespace,
    resource: owner,
    object,
    hosts: spec.hosts.map((host) => resolveShortName(host, namespace, config.domain)),
    gateways: spec.gateways.length === 0 ? ['mesh'] : spec.gateways.map((gateway) => resolveGatewayName(gateway, namespace)),
    http: delegating ? mergeDelegates(snapshot, object, config) : spec.http.map((route) => ({ route, owner })),
    tls: spec.tls,
    tcp: spec.tcp,
    exportTo: exportSet(spec.exportTo, config.defaultVirtualServiceExportTo, namespace),
    semantics: 'istio',
  }
  if (!delegating) memo.set(object, { config, resolved })
  return resolved
}

/** The VirtualServices bound to a gateway name, in Pilot's order for a proxy's namespace (SPEC VS2). */
export interface VirtualServiceIndex {
  /** The same list as before where nothing of it changed. */
  forGateway(gatewayName: string): readonly ResolvedVirtualService[]
}

/** Whose index it is: the proxy's namespace, and what istiod derives from other APIs. */
export interface IndexInput {
  readonly namespace: string
  readonly derived: readonly ResolvedVirtualService[]
}

/** Gateway name → the VirtualServices bound to it; private to the proxy's namespace, exported to it, public; each by creation. */
type Tiers = readonly ReadonlyMap<string, readonly ResolvedVirtualService[]>[]

/** A root that delegates, with the objects it was made of. */
interface Delegating {
  readonly resolved: ResolvedVirtualService
  readonly from: readonly (KubeObject | undefined)[]
}

/** An index that the next one can be made of. */
export interface VirtualServiceState extends VirtualServiceIndex {
  readonly objects: ObjectsByNamespace | undefined
  readonly config: MeshConfig
  readonly input: IndexInput
  readonly tiers: Tiers
  readonly delegating: ReadonlyMap<KubeObject, Delegating>
  readonly lists: ReadonlyMap<string, readonly ResolvedVirtualService[]>
}

const kind = 'virtualservices.networking.istio.io'

/** Indexes all VirtualServices by gateway name; of a previous index only the lists are made anew whose objects changed. */
export function indexVirtualServices(snapshot: Snapshot, config: MeshConfig, input: IndexInput, previous?: VirtualServiceState): VirtualServiceState {
  const fits = previous && previous.config === config && previous.input.namespace === input.namespace && sameItems(previous.input.derived, input.derived)
  const objects = snapshot.objects.get(kind)
  if (fits && previous.objects === objects) return previous
  const delegating = new Map(fits ? previous.delegating : [])
  const { removed, added } = changedObjects(fits ? previous.objects : undefined, objects)
  const gone = new Set<KubeObject>(removed)
  for (const object of removed) delegating.delete(object)
  const fresh = added.map((object) => resolveNoting(object, { snapshot, config, delegating }))
  for (const [object, known] of delegating) {
    if (sameItems(known.from, delegatesOf(snapshot, object))) continue
    gone.add(object)
    fresh.push(resolveNoting(object, { snapshot, config, delegating }))
  }
  if (!fits) fresh.push(...input.derived)
  const edits = editsOf(fits ? [...gone].map((object) => ({ object, gateways: gatewaysOf(object) })) : [], fresh, input.namespace)
  const tiers = (fits ? previous.tiers : [noLists, noLists, noLists]).map((tier, at) => editTier(tier, { gone, touched: edits.touched, added: edits.added[at] ?? noLists }))
  const lists = new Map(previous?.lists)
  if (fits) for (const gateway of edits.touched) lists.delete(gateway)
  return indexOf({ objects, config, input, tiers, delegating, lists }, fits ? noLists : (previous?.lists ?? noLists))
}

const noLists: ReadonlyMap<string, readonly ResolvedVirtualService[]> = new Map()

function indexOf(state: Omit<VirtualServiceState, 'forGateway' | 'lists'> & { readonly lists: Map<string, readonly ResolvedVirtualService[]> }, before: ReadonlyMap<string, readonly ResolvedVirtualService[]>): VirtualServiceState {
  const lists = before === noLists ? state.lists : new Map<string, readonly ResolvedVirtualService[]>()
  return {
    ...state,
    lists,
    forGateway(gatewayName) {
      const known = lists.get(gatewayName)
      if (known) return known
      const [own = [], exported = [], open = []] = state.tiers.map((tier) => tier.get(gatewayName) ?? [])
      const ahead = (service: ResolvedVirtualService): boolean => service.semantics === 'gateway-api' && service.namespace === state.input.namespace
      const found = keepList(before.get(gatewayName) ?? [], [...own, ...exported, ...open.filter(ahead), ...open.filter((service) => !ahead(service))])
      lists.set(gatewayName, found)
      return found
    },
  }
}

function resolveNoting(object: KubeObject, at: { readonly snapshot: Snapshot; readonly config: MeshConfig; readonly delegating: Map<KubeObject, Delegating> }): ResolvedVirtualService {
  const resolved = resolve(object, at.snapshot, at.config)
  if (delegates(object)) at.delegating.set(object, { resolved, from: delegatesOf(at.snapshot, object) })
  return resolved
}

/** The objects that a root's rules stand for, as they are now. */
function delegatesOf(snapshot: Snapshot, object: KubeObject): readonly (KubeObject | undefined)[] {
  return parseVirtualService(object).value.http.flatMap(({ delegate }) => (delegate ? [getObject(snapshot, kind, delegate.namespace === '' ? (object.metadata.namespace ?? '') : delegate.namespace, delegate.name)] : []))
}

function gatewaysOf(object: KubeObject): readonly string[] {
  const { gateways } = parseVirtualService(object).value
  return gateways.length === 0 ? ['mesh'] : gateways.map((gateway) => resolveGatewayName(gateway, object.metadata.namespace ?? ''))
}

interface Edits {
  readonly touched: ReadonlySet<string>
  /** By tier: gateway name → what joins its list; a name given twice binds twice (SPEC VS1). */
  readonly added: readonly ReadonlyMap<string, readonly ResolvedVirtualService[]>[]
}

function editsOf(gone: readonly { readonly gateways: readonly string[] }[], fresh: readonly ResolvedVirtualService[], namespace: string): Edits {
  const touched = new Set(gone.flatMap(({ gateways }) => gateways))
  const added: readonly Map<string, ResolvedVirtualService[]>[] = [new Map(), new Map(), new Map()]
  for (const service of fresh) {
    const tier = service.hosts.length === 0 ? undefined : added[tierOf(service, namespace)]
    if (!tier) continue
    for (const gateway of service.gateways) {
      touched.add(gateway)
      const known = tier.get(gateway)
      if (known) known.push(service)
      else tier.set(gateway, [service])
    }
  }
  return { touched, added }
}

/** What joins stands before what it equals in age: derived ones come last. */
function editTier(tier: Tiers[number], edit: { readonly gone: ReadonlySet<KubeObject>; readonly touched: ReadonlySet<string>; readonly added: ReadonlyMap<string, readonly ResolvedVirtualService[]> }): Tiers[number] {
  const copy = new Map(tier)
  for (const gateway of edit.touched) {
    const list = [...(edit.added.get(gateway) ?? []), ...(tier.get(gateway) ?? []).filter(({ object }) => !edit.gone.has(object))]
    if (list.length === 0) copy.delete(gateway)
    else copy.set(gateway, list.sort((a, b) => byCreation(a.object, b.object)))
  }
  return copy
}

function tierOf(service: ResolvedVirtualService, namespace: string): number {
  if (service.exportTo.has('~')) return -1
  if (service.exportTo.has('*')) return 2
  if (!service.exportTo.has(namespace)) return -1
  return service.namespace === namespace ? 0 : 1
}
