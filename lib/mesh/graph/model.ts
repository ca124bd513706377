import type { Severity } from '../problem'
import type { FieldPath, ResourceRef } from '../resource'

/** What the map colours by: the protocol of a server, or of a destination's port. */
export type MapProtocol = 'http' | 'https' | 'tls' | 'grpc' | 'tcp'

/** One port of a gateway's Service; `service` is null where the pods listen and no Service leads to them. */
export interface MapEntry {
  readonly id: string
  readonly gateway: string
  readonly port: number
  /** A number, or the name of a container's port. */
  readonly targetPort: string
  readonly nodePort: number | null
  readonly name: string
  readonly protocol: MapProtocol
  readonly service: ResourceRef | null
  /** Ids of the servers behind it that are on this map. */
  readonly servers: readonly string[]
}

/** What is wrong at one place: how many of each severity, and the code of the worst. */
export interface MapTrouble {
  readonly errors: number
  readonly warnings: number
  readonly code: string
}

/** One server of a Gateway (or a listener of Gateway API, or an Ingress). */
export interface MapServer {
  readonly id: string
  readonly gateway: string
  readonly protocol: MapProtocol
  readonly port: number
  readonly name: string
  /** TLS mode as written: SIMPLE, MUTUAL, PASSTHROUGH …; null without TLS. */
  readonly tlsMode: string | null
  readonly hosts: readonly string[]
  readonly httpsRedirect: boolean
  /** `credentialName`, or the path of the certificate's file. */
  readonly certificate: string | null
  readonly resource: ResourceRef
  readonly path: FieldPath
  readonly hostCount: number
  readonly trouble: MapTrouble | null
}

/** One condition of a rule's match, as data; text is made by match-words. */
export interface MapCondition {
  readonly what: 'path' | 'method' | 'authority' | 'scheme' | 'header' | 'query' | 'sni' | 'metadata'
  /** Name of the header or query parameter, else ''. */
  readonly name: string
  /** `under` is a prefix that ends at a slash. */
  readonly op: 'is' | 'starts' | 'under' | 'ends' | 'contains' | 'matches' | 'present' | 'range'
  readonly value: string
  readonly not: boolean
  /** Whether upper and lower case are the same. */
  readonly anyCase: boolean
}

/** Something a rule does besides sending the request on. */
export interface MapMark {
  readonly kind: 'rewrite' | 'timeout' | 'retry' | 'fault' | 'cors' | 'headers'
  readonly value: string
}

/** An edge from a rule or a folded host to a destination. `share` is 0 … 1 of what takes this rule. */
export interface MapEdge {
  readonly to: string
  readonly share: number
  readonly kind: 'route' | 'mirror'
}

/** One rule, in the order in which Envoy tries them. */
export interface MapRule {
  /** 1 is tried first. */
  readonly number: number
  readonly when: readonly MapCondition[]
  readonly marks: readonly MapMark[]
  readonly to: readonly MapEdge[]
  readonly resource: ResourceRef | null
  readonly path: FieldPath
  /** Never reached: by which rule of this host, when one rule alone does it. */
  readonly dead: { readonly by: number | null; readonly code: string } | null
  readonly problems: readonly MapFinding[]
}

/** A problem where it is shown. */
export interface MapFinding {
  readonly code: string
  readonly severity: Severity
  readonly path: FieldPath
  readonly params: { readonly [name: string]: string }
}

/** One virtual host (or TCP or SNI chain). Virtual hosts with the same table on several servers are one. */
export interface MapHost {
  readonly id: string
  readonly gateway: string
  readonly name: string
  readonly port: number
  readonly kind: 'http' | 'tcp' | 'sni'
  readonly servers: readonly string[]
  readonly ruleCount: number
  /** The objects its rules come from, in order of appearance; at most six. */
  readonly owners: readonly ResourceRef[]
  /** `redirect`: every path goes to https. `empty`: no rule, so every path answers 404. */
  readonly note: 'redirect' | 'empty' | null
  readonly trouble: MapTrouble | null
  /** Requests a second, where known. */
  readonly rate: number | null
  /** The bundled edges of the folded host, one a destination, at most four; empty when it is open. */
  readonly to: readonly MapEdge[]
  /** Destinations beyond those in `to`. */
  readonly toMore: number
  /** Only of an opened host. */
  readonly rules: readonly MapRule[] | null
}

/** Where a rule sends to. `id` is the cluster's name, or a name for the answer that Envoy gives itself. */
export interface MapDestination {
  readonly id: string
  readonly kind: 'cluster' | 'external' | 'redirect' | 'direct' | 'missing'
  /** `cart·v1:80`, `301 → /`, `404`. */
  readonly label: string
  readonly protocol: MapProtocol
  /** Endpoints that take traffic, and all; null where nothing is to be counted. */
  readonly ready: number | null
  readonly total: number | null
  readonly resource: ResourceRef | null
  /** What is wrong with the Service's port, or with the DestinationRule's subset or policy. */
  readonly trouble: MapTrouble | null
}

/** The map of one gateway or of all: what the browser draws. */
export interface MapGraph {
  /** Key of the gateway shown, `all`, or '' when there is none. */
  readonly gateway: string
  readonly gateways: readonly string[]
  readonly entries: readonly MapEntry[]
  readonly servers: readonly MapServer[]
  readonly hosts: readonly MapHost[]
  readonly destinations: readonly MapDestination[]
  readonly totals: {
    readonly hosts: number
    /** Those that the filter lets through. */
    readonly matching: number
    /** Matching hosts that are not among `hosts`, and how many of them have problems. */
    readonly more: number
    readonly moreWithProblems: number
    readonly servers: number
    readonly rules: number
  }
}
