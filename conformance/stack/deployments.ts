import { createHash, randomBytes } from 'node:crypto'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { GatewayDeployment } from './gateway-pod'
import type { KubeClient } from './kube-client'

/** A gateway Deployment of the scenario, and how many pods it wants. */
export interface WantedDeployment {
  readonly gateway: GatewayDeployment
  readonly replicas: number
}

/**
 * There is no controller manager: what it would make of a gateway's Deployment is made here, a
 * ReplicaSet that owns the pods, and the status.
 */
export async function adoptDeployment(client: KubeClient, deployment: JsonObject): Promise<WantedDeployment> {
  const metadata = object(deployment['metadata'])
  const spec = object(deployment['spec'])
  const template = object(spec['template'])
  const podSpec = object(template['spec'])
  const namespace = String(metadata['namespace'])
  const name = String(metadata['name'])
  const replicas = typeof spec['replicas'] === 'number' ? spec['replicas'] : 1
  const stored = object((await client.apply(deployment))['metadata'])
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').replaceAll(/[013ae]/g, 'x').slice(0, 10)
  const labels = { ...strings(object(object(template['metadata'])['labels'])), 'pod-template-hash': hash }
  const replicaSet = await client.apply({
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: { name: `${name}-${hash}`, namespace, labels, ownerReferences: [owner('Deployment', name, stored)] },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  })
  const replicaSetName = `${name}-${hash}`
  const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas }
  await setStatus(client, namespace, 'replicasets', replicaSetName, { ...counts, fullyLabeledReplicas: replicas })
  await setStatus(client, namespace, 'deployments', name, { ...counts, updatedReplicas: replicas })
  return {
    replicas,
    gateway: {
      namespace, name: replicaSetName, labels,
      serviceAccount: String(podSpec['serviceAccountName'] ?? 'default'),
      podSpec,
      owner: owner('ReplicaSet', replicaSetName, object(replicaSet['metadata'])),
    },
  }
}

/** A pod name as a ReplicaSet makes them. */
export function podName(deployment: GatewayDeployment): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  return `${deployment.name}-${[...randomBytes(5)].map((byte) => letters[byte % letters.length]).join('')}`
}

/** Whether an object is the Deployment of an Envoy gateway. */
export function isGatewayDeployment(candidate: JsonObject): boolean {
  const podSpec = object(object(object(candidate['spec'])['template'])['spec'])
  return candidate['kind'] === 'Deployment' && list(podSpec['containers']).some((container) => object(container)['name'] === 'istio-proxy')
}

async function setStatus(client: KubeClient, namespace: string, plural: string, name: string, status: JsonObject): Promise<void> {
  await client.call('PATCH', `/apis/apps/v1/namespaces/${namespace}/${plural}/${name}/status`, { status: { ...status, observedGeneration: 1 } }, 'application/merge-patch+json')
}

function owner(kind: string, name: string, metadata: JsonObject): JsonObject {
  return { apiVersion: 'apps/v1', kind, name, uid: String(metadata['uid']), controller: true, blockOwnerDeletion: true }
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function strings(value: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, String(entry)]))
}
