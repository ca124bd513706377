/** Who the gateway pod is, as its Envoy's node tells it. */
export interface NodeInfo {
  readonly name: string
  readonly namespace: string
  readonly ip: string
  readonly labels: Readonly<Record<string, string>>
  readonly istioVersion: string
}

const revision = '9e5580933739775e8bce696a57a2e1bc99368f23'

/** The version line of the Envoy whose formats are reproduced. */
export const envoyVersion = `${revision}/1.40.0/Clean/RELEASE/BoringSSL`

/** envoy.config.core.v3.Node as pilot-agent makes it for a gateway. */
export function nodeOf(info: NodeInfo): object {
  return {
    id: `router~${info.ip}~${info.name}.${info.namespace}~${info.namespace}.svc.cluster.local`,
    cluster: `${info.labels.app ?? info.labels.istio ?? info.name}.${info.namespace}`,
    metadata: {
      NAME: info.name, NAMESPACE: info.namespace, LABELS: info.labels, ISTIO_VERSION: info.istioVersion, INSTANCE_IPS: info.ip, CLUSTER_ID: 'Kubernetes', MESH_ID: 'cluster.local',
      WORKLOAD_NAME: info.labels.app ?? info.name,
    },
    user_agent_name: 'envoy',
    user_agent_build_version: { version: { major_number: 1, minor_number: 40 }, metadata: { 'revision.sha': revision, 'ssl.version': 'BoringSSL', 'revision.status': 'Clean', 'build.type': 'RELEASE' } },
  }
}
