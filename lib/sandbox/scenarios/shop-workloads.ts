/** A backend of the shop: a little server a replica. */
export interface ShopWorkload {
  readonly name: string
  readonly namespace: string
  readonly version: string
  readonly replicas: number
  readonly port: number
  readonly portName: string
  readonly kind: 'http' | 'grpc' | 'tcp' | 'tls'
  /** Median of what a request takes, in ms. */
  readonly latency: number
  /** Share of requests that are answered 503, 0 to 1. */
  readonly failing: number
}

/** Everything behind the shop's edge. `reports` has no endpoints: one of the honest mistakes. */
export const shopWorkloads: readonly ShopWorkload[] = [
  workload({ name: 'storefront', namespace: 'web', replicas: 2, latency: 18 }),
  workload({ name: 'assets', namespace: 'web', replicas: 1, latency: 2 }),
  workload({ name: 'statuspage', namespace: 'web', replicas: 1, latency: 4 }),
  workload({ name: 'cart', namespace: 'shop', version: 'v1', replicas: 2, latency: 14 }),
  workload({ name: 'cart', namespace: 'shop', version: 'v2', replicas: 1, latency: 16, failing: 0.02 }),
  workload({ name: 'api', namespace: 'shop', version: 'v1', replicas: 1, latency: 30, port: 8080 }),
  workload({ name: 'api', namespace: 'shop', version: 'v2', replicas: 2, latency: 24, port: 8080 }),
  workload({ name: 'orders', namespace: 'shop', replicas: 1, latency: 8, port: 50_051, portName: 'grpc', kind: 'grpc' }),
  workload({ name: 'checkout', namespace: 'payments', replicas: 2, latency: 32, port: 8080 }),
  workload({ name: 'checkout-audit', namespace: 'payments', replicas: 1, latency: 6, port: 8080 }),
  workload({ name: 'admin', namespace: 'web', replicas: 1, latency: 12 }),
  workload({ name: 'reports', namespace: 'web', replicas: 0, latency: 12 }),
  workload({ name: 'counter', namespace: 'default', replicas: 1, latency: 3 }),
  workload({ name: 'mysql', namespace: 'shop', replicas: 1, latency: 1, port: 3306, portName: 'tcp-mysql', kind: 'tcp' }),
  workload({ name: 'pos', namespace: 'partners', replicas: 1, latency: 5, port: 8443, portName: 'tls', kind: 'tls' }),
]

function workload(given: Pick<ShopWorkload, 'name' | 'namespace' | 'replicas' | 'latency'> & Partial<ShopWorkload>): ShopWorkload {
  return { version: 'v1', port: 80, portName: 'http', kind: 'http', failing: 0, ...given }
}
