import { compareBytes } from '@/lib/std/compare-bytes'
import type { ResourceRef } from '../resource'
import type { Compiled, Origin } from '../translate/compiled'

/** A host of one gateway that an object takes part in. `path`: the first field of the object that does. */
export interface ServedHost {
  readonly gateway: string
  readonly host: string
  readonly path: string
}

/** The hosts of a gateway's virtual hosts that an object opens (Gateway) or gives rules to (VirtualService, routes), sorted. */
export function servedHosts(compiled: Compiled, gateway: string, ref: ResourceRef): readonly ServedHost[] {
  const found = new Map<string, ServedHost>()
  const look = (name: string, origins: readonly (Origin | undefined)[]) => {
    const host = name.slice(0, name.lastIndexOf(':') < 0 ? undefined : name.lastIndexOf(':'))
    const origin = found.has(host) ? undefined : origins.find((candidate) => candidate !== undefined && same(candidate.resource, ref))
    if (origin) found.set(host, { gateway, host, path: origin.path })
  }
  for (const byHost of compiled.provenance.routes.values()) for (const [name, origins] of byHost) look(name, origins)
  for (const byHost of compiled.provenance.virtualHosts.values()) for (const [name, origins] of byHost) look(name, origins)
  return [...found.values()].sort((a, b) => compareBytes(a.host, b.host))
}

function same(a: ResourceRef, b: ResourceRef): boolean {
  return a.name === b.name && a.namespace === b.namespace && a.kind === b.kind && a.group === b.group
}
