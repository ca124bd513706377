import { describe, expect, it } from 'vitest'
import type { KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { getObject, snapshotOf, withObject, type Snapshot } from '@/lib/mesh/snapshot'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { sameValue } from '@/lib/mesh/translate/incremental/stage'
import { analyse } from '@/lib/mesh/analyse/analyse'
import { listGateways } from '@/lib/mesh/gateway-list/gateway-list'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import { entryOf } from './engine'
import { generateCase } from './generate/case'
import { createRandom, type Random } from './generate/random'

const gateway = { namespace: 'istio-system', name: 'gateway', labels: { istio: 'ingressgateway' } }

type Entry = readonly [KindKey, KubeObject]

function without(snapshot: Snapshot, [key, { metadata }]: Entry): Snapshot {
  const byNamespace = new Map(snapshot.objects.get(key) ?? [])
  const names = new Map(byNamespace.get(metadata.namespace ?? '') ?? [])
  names.delete(metadata.name)
  if (names.size === 0) byNamespace.delete(metadata.namespace ?? '')
  else byNamespace.set(metadata.namespace ?? '', names)
  return { ...snapshot, objects: new Map(snapshot.objects).set(key, byNamespace) }
}

function entriesOf(snapshot: Snapshot): readonly Entry[] {
  return [...snapshot.objects].flatMap(([key, byNamespace]) => [...byNamespace.values()].flatMap((names) => [...names.values()].map((object): Entry => [key, object])))
}

/** One drawn change: an object is added, deleted, gets another's body, or only another resourceVersion. */
function edit(snapshot: Snapshot, random: Random, others: readonly Entry[]): Snapshot {
  const entries = entriesOf(snapshot)
  const entry = random.pick(entries)
  const put = (key: KindKey, object: KubeObject): Snapshot => withObject(snapshot, key, object, snapshot.revision)
  const what = random.pick(['add', 'delete', 'body', 'body', 'body', 'touch', 'touch', 'time'])
  const [key, object] = entry
  if (what === 'add' || entries.length < 5) return put(...random.pick(others))
  if (what === 'delete') return without(snapshot, entry)
  if (what === 'touch') return put(key, { ...object, metadata: { ...object.metadata, resourceVersion: String(random.int(1_000_000)) } })
  if (what === 'time') return put(key, { ...object, metadata: { ...object.metadata, creationTimestamp: `2026-01-0${1 + random.int(9)}T00:00:00Z` } })
  const same = others.filter(([other]) => other === key)
  return same.length === 0 ? snapshot : put(key, { ...random.pick(same)[1], metadata: object.metadata })
}

/** Mesh configuration is in everything: where it changes, nothing is kept. */
function meshConfig(snapshot: Snapshot): KubeObject | undefined {
  return getObject(snapshot, 'configmaps', 'istio-system', 'istio')
}

/** All that a compile says. */
function said(compiled: Compiled): unknown {
  const maps = (outer: ReadonlyMap<string, ReadonlyMap<string, unknown>>): unknown => [...outer].map(([name, inner]) => [name, [...inner]])
  const { provenance } = compiled
  const clusters = compiled.clusters()
  return {
    listeners: compiled.listeners, routes: compiled.routeConfigurations, clusters, endpoints: clusters.map(({ name }) => compiled.endpoints(name)), findings: compiled.findings,
    origins: [[...provenance.filterChains], maps(provenance.virtualHosts), maps(provenance.routes), [...provenance.clusters]],
  }
}

/** The parts of a configuration whose identity counts, by name. */
function parts(compiled: Compiled): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ...compiled.listeners.map((listener) => [`listener ${listener.name}`, listener] as const),
    ...compiled.routeConfigurations.flatMap(({ name, virtual_hosts: hosts }) => hosts.map((host) => [`host ${name} ${host.name}`, host.name.startsWith('blackhole:') ? null : host] as const)),
    ...compiled.clusters().map((cluster) => [`cluster ${cluster.name}`, cluster.name === 'BlackHoleCluster' ? null : cluster] as const),
  ])
}

/** Clusters made for a draft take the place of those before it: their identity counts only where there are no drafts. */
function rebuilt(before: Compiled, now: Compiled, drafts: boolean): readonly string[] {
  const known = parts(before)
  return [...parts(now)].filter(([name, part]) => !(drafts && name.startsWith('cluster ')) && known.get(name) !== part && sameValue(known.get(name), part)).map(([name]) => name)
}

/** What is said of a mesh beyond its configuration: findings, the gateway's row, the map. */
function judged(snapshot: Snapshot, compiled: Compiled): unknown {
  const problems = analyse({ snapshot, compiled: [compiled] })
  return {
    problems,
    rows: listGateways({ snapshot, gateways: [compiled.gateway], compiled: () => compiled, problems }),
    map: mapGraph({ snapshot, compiled: [compiled], problems, gateways: ['istio-system/gateway'], open: ['all'], filter: '', namespaces: [], limit: 100, focus: null }),
  }
}

/** The same mesh in objects that nothing is remembered of. */
function unknownTo(snapshot: Snapshot): Snapshot {
  const copied = (names: ReadonlyMap<string, KubeObject>): ReadonlyMap<string, KubeObject> => new Map([...names].map(([name, object]) => [name, structuredClone(object)]))
  return { ...snapshot, objects: new Map([...snapshot.objects].map(([key, byNamespace]) => [key, new Map([...byNamespace].map(([namespace, names]) => [namespace, copied(names)]))])) }
}

describe('compile with an earlier result', () => {
  it.each(Array.from({ length: 40 }, (_, at) => 3_000 + at))('[DET2] says what a compile without one says, and keeps what stands (seed %d)', (seed) => {
    const random = createRandom(seed)
    const drafts = seed % 2 === 1
    const others = [1, 2, 3].flatMap((more) => generateCase(seed + more * 10_000, 3).objects.flatMap(entryOf))
    let snapshot = snapshotOf(generateCase(seed, 3).objects.flatMap(entryOf))
    let previous = compile(snapshot, gateway)
    previous.clusters()
    for (let step = 0; step < 15; step++) {
      let next = snapshot
      for (let edits = 1 + random.int(3); edits > 0; edits--) next = edit(next, random, others)
      const compiled = compile(next, { ...gateway }, {}, previous)
      const whole = compile(next, gateway)
      if (!sameValue(said(compiled), said(whole))) expect(said(compiled), `step ${step}`).toEqual(said(whole))
      if (meshConfig(next) === meshConfig(snapshot)) expect(rebuilt(previous, compiled, drafts), `step ${step}`).toEqual([])
      if (step % 4 === 3) {
        const copy = unknownTo(next)
        expect(judged(next, compiled), `step ${step}`).toEqual(judged(copy, compile(copy, gateway)))
      }
      if (drafts && random.chance(0.3)) continue
      snapshot = next
      previous = compiled
    }
  })

  it('[DET2] gives the same parts again where nothing changed', () => {
    const snapshot = snapshotOf(generateCase(5, 3).objects.flatMap(entryOf))
    const before = compile(snapshot, gateway)
    const now = compile({ ...snapshot, revision: { epoch: '', n: 2 } }, gateway, {}, before)
    expect(now.listeners.every((listener, at) => listener === before.listeners[at])).toBe(true)
    expect(now.routeConfigurations.every((configuration, at) => configuration === before.routeConfigurations[at])).toBe(true)
    expect(now.clusters().slice(0, -1).every((cluster, at) => cluster === before.clusters()[at])).toBe(true)
  })
})
