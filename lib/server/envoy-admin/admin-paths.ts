/**
 * The closed list of what may be asked of an Envoy's admin port: GET on constant paths, without anything of a request
 * in them. Never dynamic_active_secrets. Listing and setting log levels is POST /logging in Envoy (admin.rst).
 */
export const adminPaths = {
  serverInfo: '/server_info',
  memory: '/memory',
  listeners: '/config_dump?resource=dynamic_listeners',
  staticListeners: '/config_dump?resource=static_listeners',
  routes: '/config_dump?resource=dynamic_route_configs',
  staticRoutes: '/config_dump?resource=static_route_configs',
  clusters: '/config_dump?resource=dynamic_active_clusters',
  staticClusters: '/config_dump?resource=static_clusters',
  hosts: '/clusters?format=json',
  certs: '/certs',
  stats: '/stats?format=json&usedonly&filter=^(listener\\.|listener_manager\\.|cluster_manager\\.|server\\.|cluster\\.[^.]*\\.upstream_(rq|cx)_|http\\.[^.]*\\.downstream_(rq|cx)_)',
  dump: '/config_dump',
} as const

/** See adminPaths. */
export type AdminPath = keyof typeof adminPaths

/** How long one reading serves all who ask, in ms: full dumps cost the gateway most. */
export const keptFor: Readonly<Record<AdminPath, number>> = {
  serverInfo: 2_000, memory: 2_000, listeners: 3_000, staticListeners: 30_000, routes: 3_000, staticRoutes: 30_000, clusters: 3_000, staticClusters: 30_000, hosts: 2_000, certs: 10_000, stats: 2_000, dump: 30_000,
}

/** Kinds of which an Envoy may have none and then answers 404: what is static, and routes where no listener speaks HTTP. */
export const mayBeAbsent: ReadonlySet<AdminPath> = new Set(['staticListeners', 'routes', 'staticRoutes', 'staticClusters'])
