import type { JsonObject } from '@/lib/std/json'
import type { EnvoyFilterPatch, GatewayPatches } from '../envoy-filter/patch'
import { partsOf } from '../envoy-filter/matches'
import type { GatewayWorkload } from '../gateway-workload'
import { memoParse } from '../istio/memo-parse'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'
import { compileRe2 } from '../re2'
import { refOf, type KubeObject } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { byCreation } from './creation-order'
import type { Features } from './features'
import type { MergedGateways } from './merge-gateways'
import { attaches, readTarget } from './policies/policy-selection'

const parseEnvoyFilter = memoParse((spec) => ({
  selector: spec.object('workloadSelector')?.stringMap('labels'), targetRefs: readTarget(spec).targetRefs, priority: spec.int('priority') ?? 0, patches: spec.objects('configPatches'),
}))

/** What EnvoyFilters read: the cluster, the gateway, its mesh configuration and the version that its pods tell. */
export interface EnvoyFilterInput {
  readonly snapshot: Snapshot
  readonly gateway: GatewayWorkload
  readonly config: MeshConfig
  readonly features: Features
  readonly version: string
}

/** The patches that reach a gateway, in the order in which Pilot applies them: by priority, the root namespace first, then by age (PushContext.EnvoyFilters; SPEC EF1). */
export function envoyFilterPatches({ snapshot, gateway, config, features, version }: EnvoyFilterInput): readonly EnvoyFilterPatch[] {
  const found = [...new Set([config.rootNamespace, gateway.namespace])].flatMap((namespace) =>
    [...listObjects(snapshot, 'envoyfilters.networking.istio.io', namespace)].sort(byCreation).map((object) => ({ object, written: parseEnvoyFilter(object).value })).filter(({ written }) => attaches(written, namespace, { gateway, features })))
  return found.sort((a, b) => a.written.priority - b.written.priority).flatMap(({ object, written }) => written.patches.flatMap((entry) => readPatch(entry, object, version)))
}

const ordered = new Set(['HTTP_FILTER', 'NETWORK_FILTER', 'HTTP_ROUTE', 'LISTENER_FILTER'])
const contexts = new Set(['', 'ANY', 'GATEWAY'])

function readPatch(entry: Fields, object: KubeObject, version: string): readonly EnvoyFilterPatch[] {
  const [match, patch] = [entry.object('match'), entry.object('patch')]
  if (!patch || !contexts.has(match?.string('context') ?? '') || !isForVersion(match?.object('proxy')?.string('proxyVersion') ?? '', version)) return []
  const [applyTo, operation] = [entry.string('applyTo') ?? '', patch.string('operation') ?? '']
  const value: JsonObject = patch.object('value')?.raw ?? {}
  return [{ source: refOf(object), path: entry.path, applyTo, operation: operation.startsWith('INSERT') && !ordered.has(applyTo) ? 'ADD' : operation, match: match?.raw ?? {}, value }]
}

/** proxyMatch: the expression is found somewhere in the version; one that RE2 refuses counts as none, one of more than 1,024 bytes fits nothing. */
function isForVersion(expression: string, version: string): boolean {
  if (expression === '') return true
  if (expression.length > 1024) return false
  const compiled = compileRe2(expression)
  return compiled === null || compiled.matcher(version).find()
}

/** The patches with the ports that their route configurations' names stand for (getTargetPortMap). */
export function gatewayPatches(patches: readonly EnvoyFilterPatch[], { serversByRouteName }: MergedGateways): GatewayPatches {
  const serverPorts = new Map<number, Set<number>>()
  for (const [name, servers] of patches.length === 0 ? [] : serversByRouteName) {
    const { port } = partsOf(name)
    const known = serverPorts.get(port) ?? new Set<number>()
    serverPorts.set(port, known)
    for (const { server } of servers) known.add(server.port.number)
  }
  return { patches, serverPorts }
}
