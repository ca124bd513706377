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

/** Notes are chains: half of all virtual hosts ask for two services, and lists of two would keep room for fifteen more. */
interface ServiceLookup {
  readonly before: ServiceLookup | undefined
  readonly hostname: string
  readonly namespace: string
  readonly found: MeshService | undefined
}

interface RuleLookup {
  readonly before: RuleLookup | undefined
  readonly service: MeshService
  readonly found: AppliedDestinationRule | undefined
}

/** `all`: every visible service was read, so the answer depends on the whole index. */
interface Notes {
  services: ServiceLookup | undefined
  rules: RuleLookup | undefined
  all: boolean
}

function holds<T extends { readonly before: T | undefined }>(last: T | undefined, condition: (note: T) => boolean): boolean {
  for (let note = last; note; note = note.before) if (!condition(note)) return false
  return true
}

/** A source that notes what is asked of it. */
export function recordLookups(source: LookupSource): { readonly source: LookupSource; readonly lookups: Lookups } {
  const notes: Notes = { services: undefined, rules: undefined, all: false }
  return { source: watchedSource(source, notes), lookups: lookupsOf(notes, source) }
}

function watchedSource(source: LookupSource, notes: Notes): LookupSource {
  return {
    services: {
      get visible() { notes.all = true; return source.services.visible },
      registered(hostname) { notes.all = true; return source.services.registered(hostname) },
      lookup(hostname, namespace) {
        const found = source.services.lookup(hostname, namespace)
        if (holds(notes.services, (known) => known.hostname !== hostname || known.namespace !== namespace)) notes.services = { before: notes.services, hostname, namespace, found }
        return found
      },
    },
    rules: {
      forService(service) {
        const found = source.rules.forService(service)
        if (holds(notes.rules, (known) => known.service !== service)) notes.rules = { before: notes.rules, service, found }
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
      const same = holds(notes.services, ({ hostname, namespace, found }) => other.services.lookup(hostname, namespace) === found) && holds(notes.rules, ({ service, found }) => other.rules.forService(service) === found)
      if (same) ({ services, rules } = other)
      return same
    },
  }
}
