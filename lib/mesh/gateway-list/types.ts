import type { Problem } from '../problem'
import type { ResourceRef } from '../resource'

/** A port of a gateway's Service and the pods' port behind it. `nodePort` where the Service has one. */
export interface GatewayPort {
  readonly name: string
  readonly port: number
  readonly targetPort: number | string
  readonly nodePort: number | null
}

/** How a gateway is reached: from outside by `text` (`node ports` without an address of its own), or from the cluster alone (`text` is then its cluster address, or says so). */
export interface GatewayAddress {
  readonly text: string
  readonly scope: 'external' | 'cluster'
}

/** The newest write to an object that takes part in the gateway. `manager` as the API server's managed fields name it. */
export interface LastChange {
  readonly ref: ResourceRef
  /** RFC 3339. */
  readonly time: string
  readonly manager: string | null
}

/** One gateway workload as the Gateways screen lists it. */
export interface GatewayRow {
  readonly namespace: string
  readonly name: string
  /** What sort of gateway, where it is not the common one. */
  readonly note: 'gateway-api' | 'egress' | null
  readonly addresses: readonly GatewayAddress[]
  readonly ports: readonly GatewayPort[]
  /** Pods that run; `names` in their order, for reading their Envoys. */
  readonly pods: { readonly ready: number; readonly total: number; readonly names: readonly string[] }
  readonly istio: { readonly version: string | null; readonly revision: string }
  /** Hosts that it answers for: HTTP authorities, names by SNI, and TCP ports as `*`. null: not compiled. */
  readonly hosts: number | null
  /** Worst first. */
  readonly problems: readonly Problem[]
  readonly lastChange: LastChange | null
}
