import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { KubeObject } from '@/lib/mesh/resource'
import type { KindKey } from '@/lib/mesh/kinds'
import { kindOf } from '@/lib/mesh/kinds'
import type { Clock } from './api-server/ports'
import { crdObjects } from './api-server/resource-kinds'
import { startApiServer, type ApiServer } from './api-server/start-api-server'
import { createStore, type ObjectStore } from './api-server/store'
import type { User } from './api-server/users'
import { startBackend } from './backends/start-backend'
import { createAuthority } from './certificates/authority'
import { openNodePort } from './forwarder/forwarder'
import type { GatewayPlaces, GatewayRuntime, StartGateway } from './gateway-runtime'
import { isReady, podIp, runEndpointSlices } from './kubelet/endpoint-slices'
import { kindFor } from './kubelet/kinds-used'
import { runKubelet, type Kubelet, type PodProcess } from './kubelet/kubelet'
import { istioAdmission } from './mesh/admission'
import { startIstiod, stuckAnnotation, type Istiod } from './mesh/istiod'
import { shopScenario } from './scenarios/shop'
import { shopWorkloads } from './scenarios/shop-workloads'
import { startEnvoyGateway } from './start-envoy-gateway'
import { startWorkerGateway } from './start-worker-gateway'
import { startTraffic, type Edge } from './traffic/start-traffic'

/** How a sandbox starts. */
export interface SandboxOptions {
  /** Folder for kubeconfigs. */
  readonly state: string
  /** The API server's port; 0: a free one. */
  readonly port: number
  /** The bundle of lib/sandbox/gateway-worker.ts. */
  readonly workerPath: string
  /** The real Envoy's binary, where the gateway pods shall be that; without it they are the data plane in TypeScript. */
  readonly envoy?: string
  /** Wanted node ports; a free one is taken where it is in use. */
  readonly nodePorts: Edge
  /** Requests a second of made-up traffic; 0: none. */
  readonly traffic: number
  /** Extra milliseconds between a change and its push. */
  readonly pushDelay: number
  /** Answers in place of the API server where it returns true; for fault tests. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** A running sandbox cluster. */
export interface Sandbox {
  readonly store: ObjectStore
  readonly api: ApiServer
  readonly exposure: Edge
  kubeconfigFor(user: User['name']): string
  replaceGatewayPod(name: string): Promise<string>
  rotateLog(pod: string): void
  setPushDelay(millis: number): void
  stop(): Promise<void>
}

const ingress = { app: 'istio-ingressgateway', istio: 'ingressgateway' }
const targets = { http: 8080, https: 8443, mysql: 3306, egress: 8443 } as const

/** Starts the API server, the shop with its gateways, istiod, the node ports and the traffic. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const clock: Clock = { now: () => new Date() }
  const store = createStore(clock)
  const authority = await createAuthority('Meridian sandbox', new Date(clock.now().getTime() - 86_400_000))
  const day = 86_400_000
  const issue = (names: readonly string[], days: number) => authority.issue(names, { notBefore: new Date(clock.now().getTime() - (90 - days) * day), notAfter: new Date(clock.now().getTime() + days * day + 3_600_000) })
  const [shopTls, edgeTls, posTls] = await Promise.all([issue(['shop.example.com', '*.shop.example.com'], 6), issue(['admin.example.com', 'counter.example.com', 'status.example.com'], 71), issue(['pos.example.com', 'psp.example.net'], 80)])
  const gateways = new Map<string, GatewayRuntime>()
  let pushDelay = options.pushDelay
  const parts: { kubelet?: Kubelet; istiod?: Istiod } = {}
  let istiodLog: ((line: string) => void) | undefined

  const podsOf = (labels: Readonly<Record<string, string>>): readonly KubeObject[] => store.list(kindFor('pods')).filter((pod) => isReady(pod) && Object.entries(labels).every(([key, value]) => pod.metadata.labels?.[key] === value))
  const nodePort = (wanted: number, target: number) => openNodePort(wanted, () => podsOf(ingress).flatMap((pod) => gateways.get(keyOf(pod))?.boundPorts().get(target) ?? []))
  const [http, https, mysql] = await Promise.all([nodePort(options.nodePorts.http, targets.http), nodePort(options.nodePorts.https, targets.https), nodePort(options.nodePorts.mysql, targets.mysql)])
  const exposure: Edge = { http: http.port, https: https.port, mysql: mysql.port }

  const places = (): GatewayPlaces => ({ listenerPorts: {}, files: {}, endpointPorts: endpointPorts(store, parts.kubelet, gateways) })

  const startRuntime: StartGateway = (gateway) => (options.envoy === undefined ? startWorkerGateway(gateway, options.workerPath) : startEnvoyGateway(gateway, options.envoy))
  const startGateway = async (pod: KubeObject, log: (line: string) => void): Promise<PodProcess> => {
    const runtime = await startRuntime({ pod: { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '', ip: podIp(pod), labels: pod.metadata.labels ?? {} }, places: places() })
    runtime.lines(log)
    gateways.set(keyOf(pod), runtime)
    await parts.istiod?.connect(pod)
    return {
      ports: () => new Map([...runtime.boundPorts(), [15_000, runtime.adminPort], [15_021, runtime.readyPort]]),
      async stop() {
        gateways.delete(keyOf(pod))
        await runtime.stop()
      },
    }
  }

  const startProcess = async (pod: KubeObject, log: (line: string) => void): Promise<PodProcess> => {
    const labels = pod.metadata.labels ?? {}
    if (labels['istio'] === 'ingressgateway' || labels['istio'] === 'egressgateway') return startGateway(pod, log)
    if (labels['app'] === 'istiod') {
      istiodLog = log
      return { ports: () => new Map(), stop: () => Promise.resolve() }
    }
    const workload = shopWorkloads.find((candidate) => candidate.name === labels['app'] && candidate.version === labels['version'] && candidate.namespace === pod.metadata.namespace)
    if (!workload) return { ports: () => new Map(), stop: () => Promise.resolve() }
    const backend = await startBackend(workload, { pod: pod.metadata.name, certificate: posTls, onRequest: log })
    return { ports: () => new Map([[workload.port, backend.port]]), stop: () => backend.stop() }
  }

  const objects = [
    ...clusterObjects(),
    ...shopScenario({
      endpoints: 'pods', backends: [], gatewayReplicas: { ingress: 2, egress: 2 }, certificates: { 'shop-tls': shopTls, 'edge-tls': edgeTls },
      ports: { http: { target: targets.http, node: exposure.http }, https: { target: targets.https, node: exposure.https }, mysql: { target: targets.mysql, node: exposure.mysql }, egress: targets.egress },
    }),
  ]
  const start = Date.parse(seeded)
  seed(store, objects.filter((object) => !isNewest(object)), (index) => start + index * 3_600_000)
  const running = runKubelet(store, clock, startProcess)
  parts.kubelet = running
  const stopSlices = runEndpointSlices(store)
  const istiod = startIstiod({ store, clock, runtime: (pod) => gateways.get(keyOf(pod)), places, log: (line) => istiodLog?.(line), pushDelay: () => pushDelay })
  parts.istiod = istiod
  const users: readonly User[] = (['admin', 'editor', 'viewer', 'nologs'] as const).map((name) => ({ name, token: randomBytes(24).toString('hex'), groups: name === 'admin' ? ['system:masters'] : ['developers'] }))
  const api = await startApiServer({ store, clock, runtime: running, admission: istioAdmission, users, authority, port: options.port, ...(options.intercept ? { intercept: options.intercept } : {}) })
  const kubeconfigs = writeKubeconfigs(options.state, api, users)
  await running.settled()
  await istiod.settled()
  markStuck(store)
  seed(store, objects.filter(isNewest), () => clock.now().getTime())
  const traffic = new AbortController()
  if (options.traffic > 0) startTraffic(exposure, { signal: traffic.signal, rate: options.traffic })

  return {
    store, api, exposure,
    kubeconfigFor: (user) => kubeconfigs[user] ?? join(options.state, 'kubeconfig'),
    async replaceGatewayPod(name) {
      const kind = kindFor('pods')
      const pod = store.list(kind).find((candidate) => candidate.metadata.name === name)
      if (!pod) throw new Error(`no pod ${name}`)
      const before = new Set(store.list(kind, pod.metadata.namespace ?? '').map((candidate) => candidate.metadata.name))
      store.delete(kind, pod.metadata.namespace ?? '', name)
      await new Promise<void>((resolve) => { setImmediate(resolve) })
      await running.settled()
      return store.list(kind, pod.metadata.namespace ?? '').find((candidate) => !before.has(candidate.metadata.name))?.metadata.name ?? ''
    },
    rotateLog(name) {
      const pod = store.list(kindFor('pods')).find((candidate) => candidate.metadata.name === name)
      if (pod) running.rotateLog(pod.metadata.namespace ?? '', name)
    },
    setPushDelay(millis) {
      pushDelay = millis
    },
    async stop() {
      traffic.abort()
      istiod.stop()
      stopSlices()
      await api.stop()
      await Promise.all([http.stop(), https.stop(), mysql.stop()])
      await running.stop()
    },
  }
}

function keyOf(pod: KubeObject): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`
}

/** `10.244.0.12:8080` → the port on this machine, for every pod that runs; outside hosts are the till's little server. */
function endpointPorts(store: ObjectStore, kubelet: Kubelet | undefined, gateways: ReadonlyMap<string, GatewayRuntime>): Readonly<Record<string, number>> {
  const ports: Record<string, number> = {}
  for (const pod of store.list(kindFor('pods'))) {
    const process = kubelet?.process(pod.metadata.namespace ?? '', pod.metadata.name)
    for (const [container, local] of process?.ports() ?? gateways.get(keyOf(pod))?.boundPorts() ?? []) ports[`${podIp(pod)}:${container}`] = local
  }
  const till = store.list(kindFor('pods'), 'partners')[0]
  const outside = till && kubelet?.process('partners', till.metadata.name)?.ports().get(8443)
  if (outside !== undefined) ports['psp.example.net:443'] = outside
  return ports
}

function clusterObjects(): readonly KubeObject[] {
  const istiodLabels = { app: 'istiod', istio: 'pilot', 'istio.io/rev': 'default' }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', annotations: { 'meridian.dev/environment': 'sandbox' } } },
    { apiVersion: 'v1', kind: 'Node', metadata: { name: 'sandbox' }, spec: {}, status: { addresses: [{ type: 'InternalIP', address: '127.0.0.1' }], conditions: [{ type: 'Ready', status: 'True' }] } },
    ...crdObjects().map(({ name, spec }): KubeObject => ({
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name, ...spec.group === 'gateway.networking.k8s.io' ? { annotations: { 'gateway.networking.k8s.io/bundle-version': 'v1.6.0' } } : {} },
      spec: { group: spec.group, scope: spec.scope, names: { kind: spec.names.kind, plural: spec.names.plural, listKind: spec.names.listKind ?? `${spec.names.kind}List` }, versions: spec.versions.map((version) => ({ name: version.name, served: true, storage: version.storage })) },
      status: { conditions: [{ type: 'Established', status: 'True' }], acceptedNames: { kind: spec.names.kind, plural: spec.names.plural }, storedVersions: ['v1'] },
    })),
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'istiod', namespace: 'istio-system', labels: istiodLabels },
      spec: { replicas: 1, selector: { matchLabels: istiodLabels }, template: { metadata: { labels: istiodLabels }, spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.31.0', ports: [{ containerPort: 15_012 }] }] } } },
    },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'istio' }, spec: { controllerName: 'istio.io/gateway-controller' } },
  ]
}

const seeded = '2026-03-02T08:00:00Z'

/** Puts objects into the store; those without a time of their own get the one of `timeOf`, so that age decides as written. */
function seed(store: ObjectStore, objects: readonly KubeObject[], timeOf: (index: number) => number): void {
  objects.forEach((object, index) => {
    const group = object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : ''
    const kind = kindOf(group, object.kind)
    if (!kind) throw new Error(`the sandbox does not serve ${object.apiVersion} ${object.kind}`)
    const key: KindKey = kind.key
    if (store.get(kindFor(key), object.metadata.namespace ?? '', object.metadata.name)) return
    const time = `${new Date(timeOf(index)).toISOString().slice(0, 19)}Z`
    store.create(kind, { ...object, metadata: { creationTimestamp: time, ...object.metadata, managedFields: [{ manager: 'argocd-controller', operation: 'Apply', apiVersion: object.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1: {} }] } })
  })
}

/** What was applied last, after the egress pod had stopped taking configuration: what that pod has not. */
function isNewest({ kind, metadata }: KubeObject): boolean {
  return kind === 'DestinationRule' && metadata.namespace === 'shop' && metadata.name === 'psp'
}

/** One egress pod keeps what it has from now on: the configuration that is stuck. */
function markStuck(store: ObjectStore): void {
  const kind = kindFor('pods')
  const pod = store.list(kind, 'istio-system').find((candidate) => candidate.metadata.labels?.['istio'] === 'egressgateway')
  if (pod) store.update(kind, { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, [stuckAnnotation]: 'true' } } })
}

function writeKubeconfigs(folder: string, api: ApiServer, users: readonly User[]): Readonly<Record<string, string>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const files: Record<string, string> = {}
  for (const user of users) {
    const file = join(folder, user.name === 'admin' ? 'kubeconfig' : `kubeconfig-${user.name}`)
    writeFileSync(file, api.kubeconfigFor(user), { mode: 0o600 })
    files[user.name] = file
  }
  return files
}
