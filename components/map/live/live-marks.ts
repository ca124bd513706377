import type { LiveReply } from '@/lib/contract/live'

/** How a declared thing stands in the pods that were read; what is the same in all has no mark. */
export interface LiveMarkData {
  /** `absent` in all, in `some` absent, or `different` in at least one. */
  readonly kind: 'absent' | 'some' | 'different'
  readonly words: string
}

/** What the Envoys of a gateway's pods have and lack, as the map marks it. */
export interface LiveMarks {
  /** By the map's keys: `host:<id>`, `rule:<id>#<number>`, `to:<cluster>`. */
  readonly marks: ReadonlyMap<string, LiveMarkData>
  readonly extra: readonly { readonly name: string; readonly routeConfiguration: string; readonly rules: number; readonly pods: number }[]
}

/** The marks of all pods together. */
export function liveMarks(replies: readonly LiveReply[]): LiveMarks {
  const found = new Map<string, { missing: number; different: number }>()
  const count = (key: string, state: 'missing' | 'different'): void => {
    const known = found.get(key) ?? { missing: 0, different: 0 }
    found.set(key, { ...known, [state]: known[state] + 1 })
  }
  const extra = new Map<string, { name: string; routeConfiguration: string; rules: number; pods: number }>()
  for (const { comparison } of replies) {
    for (const host of comparison.hosts) {
      count(`host:${host.id}`, host.state)
      for (const rule of host.rules) count(`rule:${host.id}#${rule.number}`, rule.state)
    }
    for (const cluster of comparison.clusters) count(`to:${cluster.name}`, cluster.state)
    for (const host of comparison.extra) {
      const key = `${host.routeConfiguration} ${host.name}`
      extra.set(key, { ...host, pods: (extra.get(key)?.pods ?? 0) + 1 })
    }
  }
  return { marks: new Map([...found].map(([key, { missing, different }]) => [key, markOf(missing, different, replies.length)])), extra: [...extra.values()] }
}

function markOf(missing: number, different: number, pods: number): LiveMarkData {
  const of = (number: number): string => (pods === 1 ? 'the pod' : `${number} of ${pods} pods`)
  if (missing === pods) return { kind: 'absent', words: pods === 1 ? 'not in the pod’s Envoy' : `in no Envoy of ${pods} pods` }
  if (missing > 0) return { kind: 'some', words: `not in the Envoy of ${of(missing)}${different > 0 ? `, other in ${of(different)}` : ''}` }
  return { kind: 'different', words: `other in the Envoy of ${of(different)}` }
}
