import type { JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import { istio, shopRoutes } from './shop-routes'
import { shopWorkloads, type ShopWorkload } from './shop-workloads'

/** A port of the reference gateway: where its pods listen, and the node port. */
export interface ExposedPort {
  readonly target: number
  readonly node: number
}

/** One replica of a workload that runs outside of pods. */
export interface RunningBackend {
  readonly workload: ShopWorkload
  readonly port: number
}

/** What the scenario is made for. */
export interface ShopOptions {
  /** `pods`: Deployments that a kubelet runs; `workload-entries`: WorkloadEntries on 127.0.0.1 at the given ports. */
  readonly endpoints: 'pods' | 'workload-entries'
  readonly ports: { readonly http: ExposedPort; readonly https: ExposedPort; readonly mysql: ExposedPort; readonly egress: number }
  /** Replicas of the reference gateway and of the egress gateway. */
  readonly gatewayReplicas: { readonly ingress: number; readonly egress: number }
  /** TLS secrets of istio-system by name: PEM. */
  readonly certificates: Readonly<Record<string, { readonly certificate: string; readonly key: string }>>
  /** With `workload-entries`: what runs where. */
  readonly backends: readonly RunningBackend[]
}

const teams: Readonly<Record<string, string>> = { shop: 'shop', payments: 'payments', web: 'web', partners: 'partners', 'istio-system': 'platform', default: 'shop' }

/** A small shop behind the reference gateway; the same objects on the sandbox and on a real control plane, but for how its backends run. */
export function shopScenario(options: ShopOptions): readonly KubeObject[] {
  return [
    ...Object.entries(teams).map(([name, team]): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { team } } })),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'accessLogFile: /dev/stdout\ntrustDomain: cluster.local\nrootNamespace: istio-system\n' } },
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'istio' }, spec: { controller: 'istio.io/ingress-controller' } },
    ...Object.entries(options.certificates).map(([name, pair]): KubeObject => ({
      apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'istio-system' }, type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(pair.certificate), 'tls.key': base64(pair.key) },
    })),
    ...gatewayWorkload({ name: 'istio-ingressgateway', istio: 'ingressgateway', replicas: options.gatewayReplicas.ingress, ports: ingressPorts(options.ports), type: 'NodePort' }),
    ...gatewayWorkload({ name: 'istio-egressgateway', istio: 'egressgateway', replicas: options.gatewayReplicas.egress, ports: [{ name: 'tls', port: 443, protocol: 'TCP', targetPort: options.ports.egress }], type: 'ClusterIP' }),
    ...gatewayObjects(),
    ...services(),
    ...(options.endpoints === 'pods' ? shopWorkloads.map(deployment) : options.backends.map(workloadEntry)),
    ...shopRoutes(),
  ]
}

function ingressPorts(ports: ShopOptions['ports']): readonly JsonObject[] {
  return [
    { name: 'http2', port: 80, protocol: 'TCP', targetPort: ports.http.target, nodePort: ports.http.node },
    { name: 'https', port: 443, protocol: 'TCP', targetPort: ports.https.target, nodePort: ports.https.node },
    { name: 'mysql', port: 3306, protocol: 'TCP', targetPort: ports.mysql.target, nodePort: ports.mysql.node },
  ]
}

function gatewayWorkload(at: { readonly name: string; readonly istio: string; readonly replicas: number; readonly ports: readonly JsonObject[]; readonly type: string }): readonly KubeObject[] {
  const labels = { app: at.name, istio: at.istio }
  const containerPorts = at.ports.map((port) => ({ containerPort: port['targetPort'] ?? 0, protocol: 'TCP' }))
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: at.name, namespace: 'istio-system', labels }, spec: { type: at.type, selector: labels, ports: at.ports } },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: at.name, namespace: 'istio-system', labels },
      spec: {
        replicas: at.replicas, selector: { matchLabels: labels },
        template: { metadata: { labels: { ...labels, 'istio.io/rev': 'default' } }, spec: { serviceAccountName: at.name, containers: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.31.0', ports: containerPorts }] } },
      },
    },
  ]
}

function gatewayObjects(): readonly KubeObject[] {
  return [
    istio('Gateway', 'istio-system', 'default-gateway', {
      selector: { istio: 'ingressgateway' },
      servers: [
        { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] },
        { port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['shop.example.com', '*.shop.example.com'], tls: { mode: 'SIMPLE', credentialName: 'shop-tls' } },
        { port: { number: 443, name: 'https-edge', protocol: 'HTTPS' }, hosts: ['admin.example.com', 'counter.example.com', 'status.example.com'], tls: { mode: 'SIMPLE', credentialName: 'edge-tls' } },
        { port: { number: 3306, name: 'mysql', protocol: 'TCP' }, hosts: ['*'] },
      ],
    }),
    istio('Gateway', 'partners', 'pos-gateway', { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 443, name: 'tls-pos', protocol: 'TLS' }, hosts: ['pos.example.com'], tls: { mode: 'PASSTHROUGH' } }] }),
  ]
}

function services(): readonly KubeObject[] {
  const named = new Map(shopWorkloads.map((workload) => [`${workload.namespace}/${workload.name}`, workload]))
  return [...named.values()].map((workload) => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name: workload.name, namespace: workload.namespace, labels: { app: workload.name } },
    spec: { selector: { app: workload.name }, ports: [{ name: workload.portName, port: workload.port, protocol: 'TCP', targetPort: workload.port }] },
  }))
}

function labelsOf(workload: ShopWorkload): JsonObject & { readonly [key: string]: string } {
  return { app: workload.name, version: workload.version }
}

/** The name of a workload's Deployment: the version is part of it where there are several. */
export function deploymentName(workload: ShopWorkload): string {
  const several = shopWorkloads.filter((other) => other.name === workload.name && other.namespace === workload.namespace).length > 1
  return several ? `${workload.name}-${workload.version}` : workload.name
}

function deployment(workload: ShopWorkload): KubeObject {
  const labels = labelsOf(workload)
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: deploymentName(workload), namespace: workload.namespace, labels },
    spec: {
      replicas: workload.replicas, selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: 'default', containers: [{ name: workload.name, image: `registry.example.com/shop/${workload.name}:${workload.version}`, ports: [{ name: workload.portName, containerPort: workload.port, protocol: 'TCP' }] }] } },
    },
  }
}

function workloadEntry(backend: RunningBackend, index: number): KubeObject {
  const { workload, port } = backend
  return istio('WorkloadEntry', workload.namespace, `${deploymentName(workload)}-${index}`, { address: '127.0.0.1', ports: { [workload.portName]: port }, labels: labelsOf(workload) })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
