import { certificateState } from '@/components/ui/certificate-state'
import type { LiveReply } from '@/lib/contract/live'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { mergeGraphs } from '@/lib/mesh/graph/merge-graphs'
import type { MapGraph } from '@/lib/mesh/graph/model'

/** How a thing stands in the pods that were read; what is as declared in all has no mark. */
export interface LiveMarkData {
  /** `absent` in all, in `some` absent, `different` in at least one, `extra`: in Envoy and declared by nobody; `certificate`: what is left of it. */
  readonly kind: 'absent' | 'some' | 'different' | 'extra' | 'certificate'
  readonly words: string
  /** In place of the kind's usual words beside the glyph. */
  readonly text?: string
  readonly state?: 'ok' | 'warn' | 'bad'
}

/** What is shown of what the Envoys have: all of it, or laid over what is declared. */
export type LiveShown = 'live' | 'both'

/** The marks of the pods together, by the map's keys: `host:<id>`, `rule:<id>#<number>`, `to:<cluster>`, `server:<id>`. */
export function liveMarks(replies: readonly LiveReply[], shown: LiveShown): ReadonlyMap<string, LiveMarkData> {
  const found = new Map<string, { missing: number; different: number }>()
  const count = (key: string, state: 'missing' | 'different'): void => {
    const known = found.get(key) ?? { missing: 0, different: 0 }
    found.set(key, { ...known, [state]: known[state] + 1 })
  }
  const extra = new Map<string, number>()
  for (const { comparison } of replies) {
    for (const host of comparison.hosts) {
      count(`host:${host.id}`, host.state)
      if (shown === 'both') for (const rule of host.rules) count(`rule:${host.id}#${rule.number}`, rule.state)
    }
    for (const cluster of comparison.clusters) count(`to:${cluster.name}`, cluster.state)
    for (const { id } of comparison.extra) extra.set(`host:${id}`, (extra.get(`host:${id}`) ?? 0) + 1)
  }
  return new Map([
    ...[...found].map(([key, { missing, different }]) => [key, markOf(missing, different, replies.length)] as const),
    ...(shown === 'live' ? drawnRules(replies) : []),
    ...certificateMarks(replies),
    ...[...extra].map(([key, pods]) => [key, extraMark(pods, replies.length)] as const),
  ])
}

/** A host is drawn from the first pod that has it: its rules that are not declared so. */
function drawnRules(replies: readonly LiveReply[]): readonly (readonly [string, LiveMarkData])[] {
  const ids = new Set(replies.flatMap(({ comparison }) => comparison.hosts.map(({ id }) => id)))
  return [...ids].flatMap((id) => {
    const drawn = replies.find(({ comparison }) => comparison.hosts.find((host) => host.id === id)?.state !== 'missing')
    const others = drawn?.comparison.hosts.find((host) => host.id === id)?.others ?? []
    return others.map((number) => [`rule:${id}#${number}`, { kind: 'different', words: `not declared so; as the Envoy of ${drawn?.pod.name ?? ''} has it` }] as const)
  })
}

/** The pod whose certificate ends first speaks for a server. */
function certificateMarks(replies: readonly LiveReply[]): readonly (readonly [string, LiveMarkData])[] {
  const all = replies.flatMap(({ certificates }) => certificates).sort((a, b) => (b.daysLeft ?? -1e9) - (a.daysLeft ?? -1e9))
  return all.map(({ server, daysLeft, problems }) => [`server:${server}`, {
    kind: 'certificate', state: daysLeft === null ? 'bad' : problems.length > 0 && certificateState(daysLeft) === 'ok' ? 'warn' : certificateState(daysLeft),
    text: daysLeft === null ? 'other names' : daysLeft < 0 ? 'ended' : `${daysLeft} d`,
    words: [...problems.map(problemText), ...(daysLeft === null || daysLeft < 0 ? [] : [`certificate: ${daysLeft} days left`])].join('; '),
  }] as const)
}

function markOf(missing: number, different: number, pods: number): LiveMarkData {
  const of = (number: number): string => (pods === 1 ? 'the pod' : `${number} of ${pods} pods`)
  if (missing === pods) return { kind: 'absent', words: pods === 1 ? 'not in the pod’s Envoy' : `in no Envoy of ${pods} pods` }
  if (missing > 0) return { kind: 'some', words: `not in the Envoy of ${of(missing)}${different > 0 ? `, other in ${of(different)}` : ''}` }
  return { kind: 'different', words: `other in the Envoy of ${of(different)}` }
}

function extraMark(has: number, pods: number): LiveMarkData {
  return { kind: 'extra', words: `in the Envoy of ${pods === 1 ? 'the pod' : `${has} of ${pods} pods`}, declared by nobody` }
}

/** The map that is drawn: what is declared, what the Envoys have, or both as one. `live` null: nothing is read yet. */
export function shownGraph(declared: MapGraph, view: 'declared' | LiveShown, live: readonly MapGraph[]): MapGraph {
  if (view === 'declared') return declared
  if (view === 'both') return mergeGraphs(declared, live)
  const [first, ...others] = live
  const drawn = first === undefined ? { ...declared, entries: [], servers: [], hosts: [], destinations: [], totals: { hosts: 0, matching: 0, more: 0, moreWithProblems: 0, servers: 0, rules: 0 } } : mergeGraphs(first, others)
  return { ...drawn, gateway: declared.gateway, gateways: declared.gateways }
}
