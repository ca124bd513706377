import { readFields, type Fields } from '../istio/read'
import type { KubeObject } from '../resource'

/** The port that a listener opens; a ListenerSet's may leave out those of HTTP and HTTPS. */
export function listenerPort(listener: Fields): number {
  const defaults: Readonly<Record<string, number>> = { HTTP: 80, HTTPS: 443 }
  return listener.int('port') || (defaults[listener.string('protocol') ?? ''] ?? 0)
}

/** Which listeners of one Gateway and its ListenerSets lose to an earlier one. */
export interface ListenerConflicts {
  has(owner: KubeObject, listener: string): boolean
}

interface Entry {
  readonly port: number
  readonly protocol: string
  readonly hostname: string
}

/**
 * Istio's ComputeGatewayListenerConflicts (SPEC GA1): the Gateway's listeners come first, then those of the sets in their
 * order; only winners block later ones. Losers are kept by namespace and name alone, as Pilot keeps them.
 */
export function conflictingListeners(gateway: KubeObject, spec: Fields, sets: readonly KubeObject[]): ListenerConflicts {
  const accepted: Entry[] = []
  const lost = new Set<string>()
  const take = (owner: KubeObject, listener: Fields, port: number): void => {
    const entry = { port, protocol: listener.string('protocol') ?? '', hostname: listener.string('hostname') || '*' }
    if (accepted.some((other) => !distinct(entry, other))) lost.add(keyOf(owner, listener.string('name') ?? ''))
    else accepted.push(entry)
  }
  for (const listener of spec.objects('listeners')) take(gateway, listener, listener.int('port') ?? 0)
  for (const set of sets) for (const listener of readFields(set['spec'], 'spec', []).objects('listeners')) take(set, listener, listenerPort(listener))
  return { has: (owner, listener) => lost.has(keyOf(owner, listener)) }
}

function keyOf(owner: KubeObject, listener: string): string {
  return `${owner.metadata.namespace ?? ''}/${owner.metadata.name}/${listener}`
}

/** Istio's listenersDistinct: TCP and UDP share a port with nothing; HTTP, HTTPS and TLS only with other hostnames. */
function distinct(a: Entry, b: Entry): boolean {
  if (a.port !== b.port) return true
  const [one, other] = [layer(a.protocol), layer(b.protocol)]
  if (one === 'other' || other === 'other') return a.protocol !== b.protocol
  return one === 'http' && other === 'http' && a.hostname !== b.hostname
}

function layer(protocol: string): 'tcp' | 'http' | 'other' {
  if (protocol === 'TCP' || protocol === 'UDP') return 'tcp'
  return protocol === 'HTTP' || protocol === 'HTTPS' || protocol === 'TLS' ? 'http' : 'other'
}
