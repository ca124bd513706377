/** Whether a stat counts up or shows a present value. */
type StatKind = 'counter' | 'gauge'

/** One stat of the data plane, by Envoy's name. `used` is false until something was written. */
export interface Stat {
  readonly name: string
  readonly kind: StatKind
  readonly value: number
  readonly used: boolean
}

/** The data plane's counters and gauges. */
export interface Stats {
  /** Adds to a counter. */
  add(name: string, by?: number): void
  /** Adds to (or takes from) a gauge. */
  gauge(name: string, by: number): void
  /** Sets a gauge. */
  set(name: string, value: number): void
  /** Makes counters known at 0, so that they are listed before their first use. */
  declare(kind: StatKind, names: readonly string[]): void
  /** Forgets all stats whose name starts so. */
  drop(prefix: string): void
  /** Puts counters back to 0 (POST /reset_counters). */
  resetCounters(): void
  /** Everything, sorted by name. */
  all(): readonly Stat[]
}

/** An empty set of stats. */
export function createStats(): Stats {
  const stats = new Map<string, { kind: StatKind; value: number; used: boolean }>()
  const at = (name: string, kind: StatKind) => {
    const known = stats.get(name)
    if (known !== undefined) return known
    const made = { kind, value: 0, used: false }
    stats.set(name, made)
    return made
  }
  const change = (name: string, kind: StatKind, by: number) => {
    const stat = at(name, kind)
    stat.value += by
    stat.used = true
  }
  return {
    add: (name, by = 1) => change(name, 'counter', by),
    gauge: (name, by) => change(name, 'gauge', by),
    set: (name, value) => {
      const stat = at(name, 'gauge')
      stat.value = value
      stat.used = true
    },
    declare: (kind, names) => names.forEach((name) => at(name, kind)),
    drop: (prefix) => {
      for (const name of [...stats.keys()]) if (name.startsWith(prefix)) stats.delete(name)
    },
    resetCounters: () => {
      for (const stat of stats.values()) if (stat.kind === 'counter') stat.value = 0
    },
    all: () => [...stats].map(([name, stat]) => ({ name, ...stat })).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
