import type { Json } from '@/lib/std/json'

/** Secrets that istiod serves, over the stream that carries everything else. */
export const credentialSource: Json = { ads: {}, resource_api_version: 'V3' }

const agent = { api_config_source: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }], set_node_on_first_message_only: true }, resource_api_version: 'V3' }

/** The workload's own certificate (`default`) or roots (`ROOTCA`), from the agent in the pod. */
export function workloadSecret(name: 'default' | 'ROOTCA'): { readonly name: string; readonly sds_config: Json } {
  return workload[name]
}

const atOnce = { ...agent, initial_fetch_timeout: '0s' }
const workload = { default: { name: 'default', sds_config: atOnce }, ROOTCA: { name: 'ROOTCA', sds_config: atOnce } } as const

/** Files of the pod, named `file-cert:<certificate>~<key>` or `file-root:<certificate>`, by way of the agent. */
export function fileSecret(name: string): { readonly name: string; readonly sds_config: Json } {
  return { name, sds_config: agent }
}

/** A Kubernetes Secret by its credentialName (Istio's ToResourceName); `builtin://` is the workload's own, `invalid://` one that never comes. */
export function credentialSecret(name: string): { readonly name: string; readonly sds_config: Json } {
  if (name.startsWith('builtin://')) return workloadSecret('default')
  if (name.startsWith('invalid://')) return { name: 'invalid://', sds_config: credentialSource }
  const typed = ['kubernetes://', 'kubernetes-gateway://', 'configmap://', 'sds://'].some((scheme) => name.startsWith(scheme))
  return { name: typed ? name : `kubernetes://${name}`, sds_config: credentialSource }
}

/** The CA beside a credential. */
export function authoritySecret(name: string): { readonly name: string; readonly sds_config: Json } {
  const secret = credentialSecret(name)
  return { name: secret.name === 'invalid://' ? secret.name : `${secret.name}-cacert`, sds_config: credentialSource }
}
