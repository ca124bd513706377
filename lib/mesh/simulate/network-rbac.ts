import type { JsonObject } from '@/lib/std/json'
import { typeIs } from './listener-match'
import { evaluateRbac } from './rbac'
import type { RbacVerdict } from './rbac'
import { listOf, objectOf, stringOf } from './read'
import type { RequestFacts } from './request-facts'

/** The network filters of a chain that decide about a connection before its last filter. */
export function networkFilters(chain: JsonObject): readonly { readonly name: string; readonly rbac: JsonObject | undefined; readonly known: boolean }[] {
  return listOf(chain.filters).slice(0, -1).map((filter) => {
    const name = stringOf(objectOf(filter).name) ?? ''
    const rbac = typeIs(filter, 'RBAC') ? objectOf(objectOf(filter).typed_config) : undefined
    return { name, rbac, known: rbac !== undefined || transparent.has(name) }
  })
}

/** Filters that let every connection pass. */
const transparent: ReadonlySet<string> = new Set(['istio.metadata_exchange', 'istio.stats', 'envoy.filters.network.mongo_proxy', 'envoy.filters.network.mysql_proxy', 'envoy.filters.network.sni_cluster'])

/** A network RBAC's verdict; shadow rules never deny. */
export function evaluateNetworkRbac(rbac: JsonObject, facts: RequestFacts): RbacVerdict {
  return evaluateRbac(rbac.rules, facts)
}
