import type { FieldPath, ResourceRef } from '../resource'
import type { HeaderOperation } from './header-operations'

/** A request as it meets the gateway pod. */
export interface SimulatedRequest {
  /** The listener's (pod's) port. */
  readonly port: number
  readonly protocol: 'http1' | 'http2' | 'tcp'
  readonly tls: 'off' | 'on' | 'mutual'
  readonly sni?: string
  readonly alpn?: readonly string[]
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** Host header, with the port if the client sends one. */
  readonly authority: string
  /** Path with query, as sent. */
  readonly path: string
  /** Names in any case; several values keep their order. */
  readonly headers: { readonly [name: string]: string | readonly string[] }
  /** Claims of a token taken as verified. */
  readonly jwtClaims?: { readonly [claim: string]: unknown }
  /** The socket's peer address. */
  readonly peerAddress: string
  /** The pod's own address, where listeners bind to one. @default '0.0.0.0' */
  readonly localAddress?: string
  /** With `tls: 'mutual'`: the client certificate's URI SANs, DNS SANs and subject. Without it, policies on them are conditions. */
  readonly clientNames?: readonly string[]
  /** With `tls: 'mutual'`: whether the listener trusts who signed the certificate. @default 'trusted' */
  readonly clientCertificate?: 'trusted' | 'untrusted'
  /** A PROXY protocol header that the client sends first. */
  readonly proxyProtocol?: { readonly sourceAddress: string; readonly sourcePort?: number; readonly destinationAddress?: string; readonly destinationPort?: number }
}

/** What becomes of a request; the closed list of the command line's `outcome.kind`. */
export type OutcomeKind =
  | 'no-listener' | 'no-filter-chain' | 'multiple-filter-chains' | 'tls-error' | 'protocol-error' | 'denied'
  | 'no-virtual-host' | 'no-route' | 'tls-redirect' | 'redirect' | 'direct-response' | 'routed' | 'tcp' | 'aborted-by-fault'

/** One cluster a request may go to: `weight` of the sum of all weights. */
export interface ClusterShare {
  readonly name: string
  readonly weight: number
  readonly state: 'ok' | 'missing' | 'no-endpoints' | 'unknown'
}

/** One thing that was tried and did not win, with the reason as data. */
export interface Loser {
  readonly name: string
  readonly reason: { readonly code: string; readonly params: { readonly [name: string]: string } }
}

/** One decision on the way: what was looked at in which order, what won, why the others lost. */
export interface TraceStep {
  readonly step: 'listener' | 'filter-chain' | 'http-filter' | 'virtual-host' | 'route' | 'cluster'
  readonly winner: string | null
  readonly losers: readonly Loser[]
  readonly notes: readonly { readonly code: string; readonly params: { readonly [name: string]: string } }[]
}

/** The answer of simulate: the decision, how Envoy would log it, and the whole trace. Envoy's own names or null. */
export interface Explanation {
  readonly outcome: { readonly kind: OutcomeKind; readonly location?: string | undefined }
  readonly response: { readonly status: number | null; readonly flags: string; readonly details: string }
  readonly certainty: { readonly kind: 'exact' } | { readonly kind: 'conditional'; readonly on: readonly string[] }
  readonly listener: string | null
  readonly filterChain: string | null
  readonly routeConfiguration: string | null
  readonly virtualHost: string | null
  readonly route: string | null
  readonly clusters: readonly ClusterShare[]
  readonly rewritten: { readonly authority: string; readonly path: string }
  /** Of a routed request: the headers that go upstream, by name; pseudo headers left out. Else null. */
  readonly upstreamHeaders?: readonly (readonly [string, string])[] | null
  /** What happens to the headers of the answer on its way to the client, level by level; a value may still hold a command operator that only the answer fills. */
  readonly responseHeaders?: readonly (readonly HeaderOperation[])[]
  readonly resource: ResourceRef | null
  readonly path: FieldPath | null
  readonly trace: readonly TraceStep[]
}
