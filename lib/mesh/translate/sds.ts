import type { Json } from '@/lib/std/json'

/** Secrets that istiod serves, over the stream that carries everything else. */
export const credentialSource: Json = { ads: {}, resource_api_version: 'V3' }

const agent = { api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }], set_node_on_first_message_only: true }, resource_api_version: 'V3' }

/** The workload's own certificate (`default`) or roots (`ROOTCA`), from the agent in the pod. */
export function workloadSecret(name: 'default' | 'ROOTCA'): { readonly name: string; readonly sds_config: Json } {
  return { name, sds_config: { ...agent, initial_fetch_timeout: '0s' } }
}

/** Files of the pod, named `file-cert:<certificate>~<key>` or `file-root:<certificate>`, by way of the agent. */
export function fileSecret(name: string): { readonly name: string; readonly sds_config: Json } {
  return { name, sds_config: agent }
}

/** A Kubernetes Secret by its credentialName (Istio's ToResourceName). */
export function credentialSecret(name: string): { readonly name: string; readonly sds_config: Json } {
  const typed = ['kubernetes://', 'kubernetes-gateway://', 'builtin://', 'configmap://', 'sds://'].some((scheme) => name.startsWith(scheme))
  return { name: name.startsWith('builtin://') ? 'default' : typed ? name : `kubernetes://${name}`, sds_config: credentialSource }
}
