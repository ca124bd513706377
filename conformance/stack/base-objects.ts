import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { Binaries } from '../build/binaries'

/** All CustomResourceDefinitions of the cluster: Istio's, the Gateway API's standard channel, kwok's two. */
export function customResourceDefinitions(binaries: Binaries): JsonObject[] {
  const folder = (path: string) => readdirSync(path).filter((file) => file.endsWith('.yaml')).map((file) => join(path, file))
  return [binaries.istioCrds, ...folder(binaries.gatewayCrds), ...folder(binaries.kwokCrds)].flatMap(documents).filter((object) => object['kind'] === 'CustomResourceDefinition')
}

/** The node on which all pods run, and istiod's own pod (its log is served like any other). */
export function nodeObject(name: string): JsonObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'topology.kubernetes.io/region': 'local', 'topology.kubernetes.io/zone': 'local-a' } } }
}

/** The Service and pod of istiod. */
export function istiodObjects(pod: string, node: string): JsonObject[] {
  const labels = { app: 'istiod', istio: 'pilot', 'istio.io/rev': 'default' }
  const ports = [{ name: 'grpc-xds', port: 15010 }, { name: 'https-dns', port: 15012 }, { name: 'https-webhook', port: 443, targetPort: 15017 }, { name: 'http-monitoring', port: 15014 }]
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'istiod', namespace: 'istio-system', labels }, spec: { selector: { app: 'istiod', istio: 'pilot' }, ports } },
    {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace: 'istio-system', labels },
      spec: { nodeName: node, serviceAccountName: 'istiod', terminationGracePeriodSeconds: 1, containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.31.0' }] },
    },
  ]
}

/** Rights of a gateway's service account: Secrets of its namespace, for `credentialName`. */
export function gatewayRights(namespace: string, serviceAccount: string): JsonObject[] {
  const metadata = { name: `${serviceAccount}-secrets`, namespace }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount, namespace } },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] }] },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name }, subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    },
  ]
}

/** The objects of a YAML file. */
export function documents(file: string): JsonObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { merge: true }).map((document): unknown => document.toJS()).filter(isJsonObject)
}
