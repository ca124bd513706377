import { gatewayKey } from '../gateway-workload'
import type { KubeObject } from '../resource'
import { listenerAddress } from '../simulate/listener-match'
import type { Snapshot } from '../snapshot'
import type { Compiled, Origin } from '../translate/compiled'
import { hostFacts, type HostFacts } from './host-facts'
import type { RankedHost } from './host-order'
import { hostTrouble } from './map-host'
import { mapServer, serverId, serverObject } from './map-server'
import type { ProblemIndex } from './problem-index'

/** A server of a gateway before it is shown. */
export interface ScopeServer {
  readonly origin: Origin
  readonly listenerPort: number
  readonly hostCount: number
}

/** All hosts and servers of one gateway's configuration; `prefix` stands before ids when several gateways share a map. */
export interface Scope {
  readonly compiled: Compiled
  readonly key: string
  readonly prefix: string
  readonly hosts: readonly RankedHost[]
  readonly servers: ReadonlyMap<string, ScopeServer>
}

const memo = new WeakMap<Compiled, Map<string, Scope>>()

/** The scope of a gateway, made once for each state of its configuration. */
export function scopeOf(compiled: Compiled, several: boolean, snapshot: Snapshot): Scope {
  const key = gatewayKey(compiled.gateway)
  const prefix = several ? `${key}|` : ''
  const made = memo.get(compiled) ?? new Map<string, Scope>()
  const known = made.get(prefix)
  if (known) return known
  const scope = makeScope(compiled, { key, prefix, snapshot })
  memo.set(compiled, made.set(prefix, scope))
  return scope
}

function makeScope(compiled: Compiled, at: { readonly key: string; readonly prefix: string; readonly snapshot: Snapshot }): Scope {
  const servers = new Map<string, { origin: Origin; listenerPort: number; hostCount: number }>()
  const taken = new Set<string>()
  const hosts = hostFacts(compiled).map((facts): RankedHost => {
    for (const origin of facts.servers) {
      const id = idOf(origin)
      const server = servers.get(id)
      if (server) server.hostCount++
      else servers.set(id, { origin, listenerPort: facts.listenerPort, hostCount: 1 })
    }
    return rankedHost(facts, { ...at, taken })
  })
  addIdleServers(compiled, servers)
  return { compiled, key: at.key, prefix: at.prefix, hosts, servers }
}

const ranked = new WeakMap<HostFacts, RankedHost>()

/** The same ranked host again for the same facts, where its id is still free. */
function rankedHost(facts: HostFacts, at: { readonly key: string; readonly prefix: string; readonly snapshot: Snapshot; readonly taken: Set<string> }): RankedHost {
  const port = hostPort(at.snapshot, facts)
  const known = ranked.get(facts)
  if (known && known.gateway === at.key && known.port === port && known.prefix === at.prefix && !at.taken.has(known.id)) {
    at.taken.add(known.id)
    return known
  }
  const wanted = `${at.prefix}${facts.name}:${port}`
  const host: RankedHost = { id: freeId(wanted, at.taken), gateway: at.key, prefix: at.prefix, port, facts, trouble: null, rate: null }
  if (host.id === wanted) ranked.set(facts, host)
  return host
}

const ids = new WeakMap<Origin, string>()

function idOf(origin: Origin): string {
  const known = ids.get(origin)
  if (known !== undefined) return known
  const id = serverId(origin)
  ids.set(origin, id)
  return id
}

/** The scope's hosts with what is wrong with them and how much traffic they have; those with neither are shared, not copied. */
export function rankedHosts(scope: Scope, problems: ProblemIndex, rates?: ReadonlyMap<string, number>): readonly RankedHost[] {
  if (problems.size === 0 && !rates) return scope.hosts
  return scope.hosts.map((host) => {
    const trouble = hostTrouble(host.facts, problems)
    const rate = rates?.get(host.id) ?? null
    return trouble || rate !== null ? { ...host, trouble, rate } : host
  })
}

function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted
  for (let again = 2; taken.has(id); again++) id = `${wanted}~${again}`
  taken.add(id)
  return id
}

function addIdleServers(compiled: Compiled, servers: Map<string, ScopeServer>): void {
  for (const listener of compiled.listeners) {
    for (const origins of compiled.provenance.filterChains.get(listener.name) ?? []) {
      for (const origin of origins) {
        if (origin.resource.kind === 'VirtualService' || origin.resource.kind.endsWith('Route')) continue
        const id = idOf(origin)
        if (!servers.has(id)) servers.set(id, { origin, listenerPort: listenerAddress(listener).port, hostCount: 0 })
      }
    }
  }
}

const ports = new WeakMap<Origin, { readonly object: KubeObject | undefined; readonly listenerPort: number; readonly port: number }>()

/** The port a client asks for: the primary server's own; the listener's where no object says one. Remembered while that object is the same. */
function hostPort(snapshot: Snapshot, facts: HostFacts): number {
  const { listenerPort, servers: [origin] } = facts
  if (!origin) return listenerPort
  const object = serverObject(snapshot, origin)
  const known = ports.get(origin)
  if (known && known.object === object && known.listenerPort === listenerPort) return known.port
  const { port } = mapServer(snapshot, origin, { gateway: '', port: listenerPort, hostCount: 0, problems: new Map() })
  ports.set(origin, { object, listenerPort, port })
  return port
}
