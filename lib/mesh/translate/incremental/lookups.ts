import type { AppliedDestinationRule, DestinationRuleIndex } from '../destination-rules'
import type { MeshService, ServiceIndex } from '../mesh-service'

/** What is known of services and their DestinationRules. */
export interface LookupSource {
  readonly services: ServiceIndex
  readonly rules: DestinationRuleIndex
}

/** What was asked of services and rules, with the answers. */
export interface Lookups {
  /** Whether another source answers the same. */
  holdIn(source: LookupSource): boolean
}

interface ServiceLookup {
  readonly hostname: string
  readonly namespace: string
  readonly found: MeshService | undefined
}

interface RuleLookup {
  readonly service: MeshService
  readonly found: AppliedDestinationRule | undefined
}

/** `all`: every visible service was read, so the answer depends on the whole index. */
interface Notes {
  readonly services: ServiceLookup[]
  readonly rules: RuleLookup[]
  all: boolean
}

/** A source that notes what is asked of it. */
export function recordLookups(source: LookupSource): { readonly source: LookupSource; readonly lookups: Lookups } {
  const notes: Notes = { services: [], rules: [], all: false }
  return { source: watchedSource(source, notes), lookups: lookupsOf(notes, source) }
}

function watchedSource(source: LookupSource, notes: Notes): LookupSource {
  return {
    services: {
      get visible() { notes.all = true; return source.services.visible },
      registered(hostname) { notes.all = true; return source.services.registered(hostname) },
      lookup(hostname, namespace) {
        const found = source.services.lookup(hostname, namespace)
        if (notes.services.every((known) => known.hostname !== hostname || known.namespace !== namespace)) notes.services.push({ hostname, namespace, found })
        return found
      },
    },
    rules: {
      forService(service) {
        const found = source.rules.forService(service)
        if (notes.rules.every((known) => known.service !== service)) notes.rules.push({ service, found })
        return found
      },
    },
  }
}

/** Holds on to the last source that answered the same, so that older ones are let go. */
function lookupsOf(notes: Notes, first: LookupSource): Lookups {
  let { services, rules } = first
  return {
    holdIn(other) {
      if (other.services === services && other.rules === rules) return true
      if (notes.all && other.services !== services) return false
      const same = notes.services.every(({ hostname, namespace, found }) => other.services.lookup(hostname, namespace) === found) && notes.rules.every(({ service, found }) => other.rules.forService(service) === found)
      if (same) ({ services, rules } = other)
      return same
    },
  }
}
