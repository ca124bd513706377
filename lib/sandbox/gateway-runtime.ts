import type { Cluster, ClusterLoadAssignment } from '@/lib/mesh/envoy/cluster'
import type { Listener } from '@/lib/mesh/envoy/listener'
import type { RouteConfiguration } from '@/lib/mesh/envoy/route'

/** The whole configuration of one gateway's Envoy, in Envoy's JSON: what istiod would have pushed. */
export interface GatewayConfiguration {
  /** The push's version, shown as `version_info`. */
  readonly version: string
  readonly listeners: readonly Listener[]
  readonly routeConfigurations: readonly RouteConfiguration[]
  readonly clusters: readonly Cluster[]
  /** Endpoints of the EDS clusters; an EDS cluster without an entry has none. */
  readonly endpoints: readonly ClusterLoadAssignment[]
  readonly secrets: readonly TlsSecret[]
}

/** One SDS secret by the name the configuration uses: `kubernetes://shop-cert`, `kubernetes://shop-cert-cacert`, `default`, `ROOTCA`. */
export interface TlsSecret {
  readonly name: string
  /** PEM chain, leaf first; absent for a pure validation secret. */
  readonly certificateChain?: string
  /** PEM key; never shown, /config_dump redacts it. */
  readonly privateKey?: string
  /** PEM bundle of trusted authorities. */
  readonly trustedCa?: string
}

/** What became of a push: a listener that is refused keeps its former form, as in Envoy. */
export interface ApplyResult {
  readonly rejected: readonly { readonly kind: 'listener' | 'route-configuration' | 'cluster'; readonly name: string; readonly details: string }[]
}

/**
 * Where things really are on this machine, as data (it crosses a thread).
 * Pods' addresses are names to the mesh and ports on 127.0.0.1 to the operating system.
 */
export interface GatewayPlaces {
  /** Listener (pod) port → port to bind on 127.0.0.1; a port that is missing here gets a free one. */
  readonly listenerPorts: Readonly<Record<string, number>>
  /** `10.244.1.7:8080` → port on 127.0.0.1; an address that is missing here refuses the connection. */
  readonly endpointPorts: Readonly<Record<string, number>>
  /** Path → content of files that the configuration names, e.g. `/etc/istio/ingressgateway-certs/tls.crt`. */
  readonly files: Readonly<Record<string, string>>
}

/** Who the gateway is and how it starts. */
export interface GatewayRuntimeOptions {
  /** Pod name, namespace and address, as they appear in the node id, logs and dumps. */
  readonly pod: { readonly name: string; readonly namespace: string; readonly ip: string; readonly labels: Readonly<Record<string, string>> }
  readonly places: GatewayPlaces
  /** Version that /server_info and the node metadata tell. @default '1.31.0' */
  readonly istioVersion?: string
  /** Seed of weights, load balancing and request ids; without one they are random. */
  readonly seed?: number
}

/** A running gateway pod's Envoy, whichever implementation it is. */
export interface GatewayRuntime {
  /** `javascript`: lib/sandbox/data-plane in a worker thread; `envoy`: the real binary. */
  readonly implementation: 'javascript' | 'envoy'
  /** The port on 127.0.0.1 that answers as the pod's 127.0.0.1:15000. */
  readonly adminPort: number
  /** The pod's readiness port (Envoy's `/healthz/ready` on 15021) on 127.0.0.1. */
  readonly readyPort: number
  /** Replaces the whole configuration; resolves once the listeners listen (or are refused). */
  apply(configuration: GatewayConfiguration): Promise<ApplyResult>
  /** Replaces the places; ports of listeners that exist already stay. */
  setPlaces(places: GatewayPlaces): Promise<void>
  /** Listener (pod) port → bound port on 127.0.0.1, for the forwarder and for port-forward; changes with apply. */
  boundPorts(): ReadonlyMap<number, number>
  /** Calls `onLine` for each line of the container's output (access log, Envoy's own log), without a newline; the first listener also gets what came before it. Returns the way to stop. */
  lines(onLine: (line: string) => void): () => void
  /** Calls `onExit` once if the process or worker ends by itself. Returns the way to stop listening. */
  exited(onExit: (reason: string) => void): () => void
  /** What reached the admin port: `GET /config_dump` → how often. Proves that nothing else was ever called. */
  adminRequests(): Promise<ReadonlyMap<string, number>>
  /** Drains and ends; resolves when every port is free. */
  stop(): Promise<void>
}

/**
 * Starts a gateway pod. Two implementations:
 * - `startWorkerGateway(options, workerPath)` of start-worker-gateway.ts. `workerPath` is an ES module made beforehand with
 *   `bundle('lib/sandbox/gateway-worker.ts')` of bin/run-ts.mjs: the sandbox itself runs from a bundle, which cannot find
 *   a TypeScript worker beside it. main.ts imports bin/run-ts.mjs by path (`import.meta.meridianRoot`), makes the bundle once
 *   and hands the path to each gateway. A test does the same: `const { bundle } = await import('@/bin/run-ts.mjs')`.
 * - `startEnvoyGateway(options, binary)` of start-envoy-gateway.ts; `findEnvoy()` there gives the binary or undefined.
 */
export type StartGateway = (options: GatewayRuntimeOptions) => Promise<GatewayRuntime>
