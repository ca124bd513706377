import { compareBytes } from '@/lib/std/compare-bytes'
import type { JsonObject } from '@/lib/std/json'
import { gatewayKey, type GatewayWorkload } from '../gateway-workload'
import type { Problem, Severity } from '../problem'
import { refOf, type KubeObject, type ResourceRef } from '../resource'
import { kindOf } from '../kinds'
import { listenerAddress } from '../simulate/listener-match'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import type { Compiled } from '../translate/compiled'
import { gatewayPods } from '../translate/gateway-workloads'
import { recordReads, type SnapshotReads } from '../translate/incremental/snapshot-reads'
import { istiodRevision } from '../translate/seen-objects'
import { gatewayHostCount } from './gateway-hosts'
import { at, objectsAt, textAt, textsAt } from './read-json'
import type { GatewayAddress, GatewayPort, GatewayRow, LastChange } from './types'

/** What the list is computed from. `compiled` gives a gateway's configuration, undefined where there is none. */
export interface GatewayListInput {
  readonly snapshot: Snapshot
  readonly gateways: readonly GatewayWorkload[]
  readonly compiled: (gatewayKey: string) => Compiled | undefined
  readonly problems: readonly Problem[]
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** One row a gateway workload; those with errors first, then those with warnings, each by namespace and name. */
export function listGateways(input: GatewayListInput): readonly GatewayRow[] {
  const rows = input.gateways.map((gateway) => gatewayRow(input, gateway))
  return rows.sort((a, b) => worst(a.problems) - worst(b.problems) || compareBytes(gatewayKey(a), gatewayKey(b)))
}

/** The findings that belong to no row: objects that no gateway takes up, such as a VirtualService that names a Gateway which is not there. */
export function problemsElsewhere(rows: readonly GatewayRow[], problems: readonly Problem[]): readonly Problem[] {
  const placed = new Set(rows.flatMap((row) => row.problems.map(identityOf)))
  return problems.filter((problem) => !placed.has(identityOf(problem)))
}

function identityOf(problem: Problem): string {
  return `${problem.code} ${keyOf(problem.subject)} ${problem.path}`
}

function worst(problems: readonly Problem[]): number {
  const first = problems[0]
  return first === undefined || first.severity === 'info' ? 2 : rank[first.severity]
}

function gatewayRow({ snapshot, compiled: compile, problems }: GatewayListInput, gateway: GatewayWorkload): GatewayRow {
  const compiled = compile(gatewayKey(gateway))
  const pods = gatewayPods(snapshot, gateway).filter(isRunning)
  const services = servicesOf(snapshot, gateway)
  const own = compiled ? partsOf(compiled) : new Map<string, ResourceRef>()
  for (const service of services) own.set(keyOf(refOf(service)), refOf(service))
  const behind = compiled ? partsBehind(compiled.provenance.clusters) : noParts
  return {
    namespace: gateway.namespace,
    name: gateway.name,
    note: noteOf(gateway),
    addresses: services.flatMap(addressesOf),
    ports: services.flatMap((service) => portsOf(service, compiled)),
    pods: { ready: pods.filter(isReady).length, total: pods.length, names: pods.map((pod) => pod.metadata.name) },
    istio: { version: pods.map(versionOf).find((version) => version !== null) ?? null, revision: istiodRevision(gateway.labels) },
    hosts: compiled ? gatewayHostCount(compiled) : null,
    problems: problemsOf(compiled, problems, (key) => own.has(key) || behind.has(key)),
    lastChange: later(lastChangeOf(snapshot, own), lastChangeBehind(snapshot, behind)),
  }
}

function noteOf({ labels }: GatewayWorkload): GatewayRow['note'] {
  if (labels['gateway.networking.k8s.io/gateway-name'] !== undefined || labels['istio.io/gateway-name'] !== undefined) return 'gateway-api'
  return labels['istio'] === 'egressgateway' ? 'egress' : null
}

function isRunning(pod: KubeObject): boolean {
  const phase = textAt(pod, 'status', 'phase')
  return at(pod, 'metadata', 'deletionTimestamp') === undefined && phase !== 'Succeeded' && phase !== 'Failed'
}

function selects(service: KubeObject, gateway: GatewayWorkload): boolean {
  const selector = textsAt(service, 'spec', 'selector')
  return selector.size > 0 && [...selector].every(([key, value]) => gateway.labels[key] === value)
}

function isReady(pod: KubeObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some((condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True')
}

function servicesOf(snapshot: Snapshot, gateway: GatewayWorkload): readonly KubeObject[] {
  return [...listObjects(snapshot, 'services', gateway.namespace)].filter((service) => selects(service, gateway)).sort((a, b) => compareBytes(a.metadata.name, b.metadata.name))
}

/** The addresses of a gateway that clients outside the cluster can be sent to: IPs, or names of a load balancer. */
export function gatewayAddresses(snapshot: Snapshot, gateway: GatewayWorkload): readonly string[] {
  return servicesOf(snapshot, gateway).flatMap(addressesOf).filter(({ text, scope }) => scope === 'external' && text !== 'node ports').map(({ text }) => text)
}

function addressesOf(service: KubeObject): readonly GatewayAddress[] {
  const balanced = objectsAt(service, 'status', 'loadBalancer', 'ingress').flatMap((entry) => textAt(entry, 'ip') ?? textAt(entry, 'hostname') ?? [])
  const given = at(service, 'spec', 'externalIPs')
  const external = [...balanced, ...(Array.isArray(given) ? given.filter((ip): ip is string => typeof ip === 'string') : [])]
  if (external.length > 0) return external.map((text) => ({ text, scope: 'external' }))
  const type = textAt(service, 'spec', 'type')
  if (type === 'NodePort' || type === 'LoadBalancer') return [{ text: 'node ports', scope: 'external' }]
  const own = textAt(service, 'spec', 'clusterIP')
  return [{ text: own === undefined || own === '' || own === 'None' ? 'cluster only' : own, scope: 'cluster' }]
}

/** The Service's ports that lead to a listener; all but Istio's health port where nothing is compiled. */
function portsOf(service: KubeObject, compiled: Compiled | undefined): readonly GatewayPort[] {
  const listening = new Set(compiled?.listeners.map((listener) => listenerAddress(listener).port))
  return objectsAt(service, 'spec', 'ports').flatMap((port) => {
    const number = numberAt(port, 'port')
    if (number === undefined) return []
    const target = at(port, 'targetPort')
    const targetPort = typeof target === 'number' || typeof target === 'string' ? target : number
    const shown = listening.size > 0 && typeof targetPort === 'number' ? listening.has(targetPort) : number !== 15021
    return shown ? [{ name: textAt(port, 'name') ?? '', port: number, targetPort, nodePort: numberAt(port, 'nodePort') ?? null }] : []
  })
}

function numberAt(object: JsonObject, key: string): number | undefined {
  const value = at(object, key)
  return typeof value === 'number' ? value : undefined
}

/** The tag of the proxy's image, where it is a version (`proxyv2:1.29.2-distroless` → `1.29.2`). */
function versionOf(pod: KubeObject): string | null {
  const containers = objectsAt(pod, 'spec', 'containers')
  const proxy = containers.find((container) => textAt(container, 'name') === 'istio-proxy') ?? containers[0]
  const image = proxy === undefined ? '' : (textAt(proxy, 'image') ?? '')
  const tag = image.slice(image.lastIndexOf(':') + 1).split('-')[0] ?? ''
  const [major, minor] = tag.split('.')
  return major !== '' && minor !== undefined && minor !== '' && Number.isInteger(Number(major)) && Number.isInteger(Number(minor)) ? tag : null
}

type Parts = ReadonlyMap<string, ResourceRef>

const noParts: Parts = new Map()

/** All objects that take part in a gateway's listeners and routes. Costs one step an origin: keys are made once a reference. */
function partsOf(compiled: Compiled): Map<string, ResourceRef> {
  const { filterChains, virtualHosts, routes } = compiled.provenance
  const parts = new Map<string, ResourceRef>()
  for (const chains of filterChains.values()) addParts(parts, chains)
  for (const byHost of [...virtualHosts.values(), ...routes.values()]) for (const resource of resourcesOf(byHost)) parts.set(keyOf(resource), resource)
  return parts
}

const resources = new WeakMap<Compiled['provenance']['clusters'], readonly ResourceRef[]>()

/** The objects of one route configuration; an unchanged one keeps its maps. */
function resourcesOf(byHost: Compiled['provenance']['clusters']): readonly ResourceRef[] {
  const known = resources.get(byHost)
  if (known) return known
  const parts = new Map<string, ResourceRef>()
  addParts(parts, byHost.values())
  const found = [...parts.values()]
  resources.set(byHost, found)
  return found
}

const behind = new WeakMap<Compiled['provenance']['clusters'], Parts>()

/** The services and DestinationRules behind the clusters; made once for the same services and rules. */
function partsBehind(clusters: Compiled['provenance']['clusters']): Parts {
  const known = behind.get(clusters)
  if (known) return known
  const parts = new Map<string, ResourceRef>()
  addParts(parts, clusters.values())
  behind.set(clusters, parts)
  return parts
}

function addParts(parts: Map<string, ResourceRef>, lists: Iterable<readonly { readonly resource: ResourceRef }[]>): void {
  const seen = new Set<ResourceRef>()
  for (const origins of lists) {
    for (const { resource } of origins) {
      if (seen.has(resource)) continue
      seen.add(resource)
      parts.set(keyOf(resource), resource)
    }
  }
}

function problemsOf(compiled: Compiled | undefined, all: readonly Problem[], isPart: (key: string) => boolean): readonly Problem[] {
  const found = new Map<string, Problem>()
  for (const problem of [...(compiled?.findings ?? []), ...all.filter((candidate) => isPart(keyOf(candidate.subject)))]) {
    found.set(identityOf(problem), problem)
  }
  return [...found.values()].sort((a, b) => rank[a.severity] - rank[b.severity] || compareBytes(a.code, b.code) || compareBytes(keyOf(a.subject), keyOf(b.subject)))
}

function lastChangeOf(snapshot: Snapshot, parts: Parts): LastChange | null {
  let last: LastChange | null = null
  for (const ref of parts.values()) {
    const kind = kindOf(ref.group, ref.kind)
    const object = kind && getObject(snapshot, kind.key, ref.namespace, ref.name)
    const change = object && changeOf(object)
    if (change && (last === null || compareBytes(change.time, last.time) > 0)) last = { ref, ...change }
  }
  return last
}

const changesBehind = new WeakMap<Parts, { readonly reads: SnapshotReads; readonly last: LastChange | null }>()

/** As lastChangeOf, remembered while the objects behind the clusters are the same. */
function lastChangeBehind(snapshot: Snapshot, parts: Parts): LastChange | null {
  if (parts.size === 0) return null
  const known = changesBehind.get(parts)
  if (known?.reads.holdIn(snapshot) === true) return known.last
  const recorded = recordReads(snapshot)
  const last = lastChangeOf(recorded.snapshot, parts)
  changesBehind.set(parts, { reads: recorded.reads, last })
  return last
}

function later(a: LastChange | null, b: LastChange | null): LastChange | null {
  return a && b ? (compareBytes(b.time, a.time) > 0 ? b : a) : (a ?? b)
}

const changes = new WeakMap<KubeObject, { readonly change: Omit<LastChange, 'ref'> | undefined }>()

function changeOf(object: KubeObject): Omit<LastChange, 'ref'> | undefined {
  const known = changes.get(object)
  if (known) return known.change
  const change = readChange(object)
  changes.set(object, { change })
  return change
}

/** The newest write that is no status update; the creation where no managed field tells. */
function readChange(object: KubeObject): Omit<LastChange, 'ref'> | undefined {
  let last: Omit<LastChange, 'ref'> | undefined
  for (const entry of objectsAt(object, 'metadata', 'managedFields')) {
    const time = textAt(entry, 'time')
    if (time === undefined || textAt(entry, 'subresource') === 'status') continue
    if (last === undefined || compareBytes(time, last.time) > 0) last = { time, manager: textAt(entry, 'manager') ?? null }
  }
  const created = object.metadata.creationTimestamp
  return last ?? (typeof created === 'string' ? { time: created, manager: null } : undefined)
}

const keys = new WeakMap<ResourceRef, string>()

function keyOf(ref: ResourceRef): string {
  const known = keys.get(ref)
  if (known !== undefined) return known
  const key = `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`
  keys.set(ref, key)
  return key
}
