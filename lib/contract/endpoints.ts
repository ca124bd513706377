/** Paths of the HTTP interface, for both sides. Every argument was validated (names.ts) and is encoded here. */
export const endpoints = {
  clusters: () => '/api/clusters',
  /** GET the addresses of a host name (lib/contract/host-addresses). */
  hostAddresses: (host: string) => `/api/hosts/${enc(host)}`,
  view: (cluster: string, view: string) => `/api/c/${enc(cluster)}/views/${enc(view)}`,
  /** GET the whole object as YAML-able JSON; namespace `-` stands for cluster-scoped. */
  object: (cluster: string, kind: string, namespace: string, name: string) =>
    `/api/c/${enc(cluster)}/objects/${enc(kind)}/${enc(namespace === '' ? '-' : namespace)}/${enc(name)}`,
  /** POST a dry-run or the real change of an object (lib/contract/edit.ts). */
  edit: (cluster: string) => `/api/c/${enc(cluster)}/edits`,
  /** POST drafts, GET nothing: what the mesh would be with them (lib/contract/preview.ts). */
  preview: (cluster: string) => `/api/c/${enc(cluster)}/previews`,
  /** GET the structural schema of a kind from the cluster's OpenAPI. */
  schema: (cluster: string, kind: string) => `/api/c/${enc(cluster)}/schemas/${enc(kind)}`,
  /** GET what a pod's Envoy has (lib/contract/envoy.ts); `resource` is one of a closed list. */
  envoy: (cluster: string, namespace: string, pod: string, resource: string) =>
    `/api/c/${enc(cluster)}/pods/${enc(namespace)}/${enc(pod)}/envoy/${enc(resource)}`,
  /** GET what a pod's Envoy would do with a call (lib/contract/views/explain); the call stands in the query. */
  explainLive: (cluster: string, namespace: string, pod: string) => `/api/c/${enc(cluster)}/pods/${enc(namespace)}/${enc(pod)}/explain`,
  /** GET what a pod's Envoy has and lacks against what is declared (lib/contract/live). */
  live: (cluster: string, namespace: string, pod: string) => `/api/c/${enc(cluster)}/pods/${enc(namespace)}/${enc(pod)}/live`,
  /** GET and POST the log levels of a pod's Envoy. */
  logging: (cluster: string, namespace: string, pod: string) => `/api/c/${enc(cluster)}/pods/${enc(namespace)}/${enc(pod)}/logging`,
  stream: (id: string) => `/api/streams/${enc(id)}`,
} as const

function enc(part: string): string {
  return encodeURIComponent(part)
}
