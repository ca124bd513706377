import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import { KubeError } from '../api-server/kube-error'
import type { Clock, PodRuntime } from '../api-server/ports'
import type { ObjectStore } from '../api-server/store'
import { kindFor } from './kinds-used'
import { createLogBuffer, type LogBuffer } from './log-buffer'

/** What runs in a pod. `ports`: container port → port on 127.0.0.1, asked at each connection. */
export interface PodProcess {
  ports(): ReadonlyMap<number, number>
  stop(): Promise<void>
}

/** Starts what a pod's container is; `log` takes its lines. */
export type StartProcess = (pod: KubeObject, log: (line: string) => void) => Promise<PodProcess>

/** The sandbox's kubelet with its Deployment controller. */
export interface Kubelet extends PodRuntime {
  process(namespace: string, name: string): PodProcess | undefined
  rotateLog(namespace: string, name: string): void
  /** Resolves when every wanted pod is ready. */
  settled(): Promise<void>
  stop(): Promise<void>
}

interface Running {
  readonly log: LogBuffer
  process: PodProcess | undefined
  stopping: boolean
}

const letters = 'bcdfghjklmnpqrstvwxz2456789'

/** Runs Deployments as ReplicaSets and pods: scaling adds and removes pods, a deleted pod is replaced. */
export function runKubelet(store: ObjectStore, clock: Clock, start: StartProcess): Kubelet {
  const running = new Map<string, Running>()
  const pending = new Set<Promise<void>>()
  let nextAddress = 10
  let stopped = false
  const [deployments, replicaSets, pods] = [kindFor('deployments.apps'), kindFor('replicasets.apps'), kindFor('pods')]

  const startPod = async (pod: KubeObject): Promise<void> => {
    const key = keyOf(pod)
    const entry: Running = { log: createLogBuffer(), process: undefined, stopping: false }
    running.set(key, entry)
    entry.process = await start(pod, (line) => entry.log.append(line, clock.now()))
    if (entry.stopping || stopped) return entry.process.stop()
    const current = store.get(pods, pod.metadata.namespace ?? '', pod.metadata.name)
    if (current) store.update(pods, { ...current, status: readyStatus(current, clock.now()) })
  }

  const stopPod = async (key: string): Promise<void> => {
    const entry = running.get(key)
    if (!entry) return
    running.delete(key)
    entry.stopping = true
    await entry.process?.stop()
    entry.log.close()
  }

  const reconcile = (deployment: KubeObject): void => {
    if (stopped) return
    const spec = isJsonObject(deployment['spec']) ? deployment['spec'] : {}
    const set = replicaSetOf(store, deployment, spec)
    const wanted = typeof spec['replicas'] === 'number' ? spec['replicas'] : 1
    const own = store.list(pods, deployment.metadata.namespace ?? '').filter((pod) => ownerOf(pod) === set.metadata.name)
    for (let count = own.length; count < wanted; count++) {
      const pod = store.create(pods, podFor(set, spec, `10.244.${nextAddress >> 8}.${nextAddress++ & 255}`))
      track(pending, startPod(pod))
    }
    for (const pod of own.slice(wanted)) store.delete(pods, pod.metadata.namespace ?? '', pod.metadata.name)
    const ready = own.slice(0, wanted).filter((pod) => isJsonObject(pod['status']) && pod['status']['phase'] === 'Running').length
    const status = { observedGeneration: deployment.metadata['generation'] ?? 1, replicas: wanted, updatedReplicas: wanted, readyReplicas: ready, availableReplicas: ready }
    const current = store.get(deployments, deployment.metadata.namespace ?? '', deployment.metadata.name)
    if (current) store.update(deployments, { ...current, status })
    const currentSet = store.get(replicaSets, set.metadata.namespace ?? '', set.metadata.name)
    if (currentSet) store.update(replicaSets, { ...currentSet, spec: { ...(isJsonObject(currentSet['spec']) ? currentSet['spec'] : {}), replicas: wanted }, status: { replicas: wanted, readyReplicas: ready } })
  }

  const unsubscribe = store.subscribe((event) => {
    const namespace = event.object.metadata.namespace ?? ''
    if (event.key === 'deployments.apps') {
      if (event.type === 'DELETED') {
        for (const set of store.list(replicaSets, namespace).filter((candidate) => ownerOf(candidate) === event.object.metadata.name)) {
          store.delete(replicaSets, namespace, set.metadata.name)
          for (const pod of store.list(pods, namespace).filter((candidate) => ownerOf(candidate) === set.metadata.name)) store.delete(pods, namespace, pod.metadata.name)
        }
      } else queueMicrotask(() => reconcileByName(namespace, event.object.metadata.name))
    }
    if (event.key === 'pods') {
      if (event.type === 'DELETED') track(pending, stopPod(keyOf(event.object)))
      const set = store.list(replicaSets, namespace).find((candidate) => candidate.metadata.name === ownerOf(event.object))
      if (set) queueMicrotask(() => reconcileByName(namespace, ownerOf(set)))
    }
  })
  const reconcileByName = (namespace: string, name: string): void => {
    const deployment = store.get(deployments, namespace, name)
    if (deployment) reconcile(deployment)
  }
  for (const deployment of store.list(deployments)) reconcile(deployment)

  const processOf = (pod: KubeObject): Running => {
    const entry = running.get(keyOf(pod))
    if (!entry) throw new KubeError(400, 'BadRequest', `container in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ContainerCreating`)
    return entry
  }
  return {
    process: (namespace, name) => running.get(`${namespace}/${name}`)?.process,
    logs: (pod, query, signal) => processOf(pod).log.read(query, clock.now(), signal),
    connect(pod, port, signal) {
      const target = processOf(pod).process?.ports().get(port)
      if (target === undefined) return Promise.reject(new Error(`failed to connect to localhost:${port} inside namespace: dial tcp4 127.0.0.1:${port}: connect: connection refused`))
      return open(target, signal)
    },
    rotateLog: (namespace, name) => running.get(`${namespace}/${name}`)?.log.rotate(),
    async settled() {
      while (pending.size > 0) await Promise.all([...pending])
    },
    async stop() {
      stopped = true
      unsubscribe()
      await Promise.all([...running.keys()].map(stopPod))
    },
  }
}

function track(pending: Set<Promise<void>>, work: Promise<void>): void {
  const done = work.catch(() => undefined).finally(() => pending.delete(done))
  pending.add(done)
}

function open(port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, signal })
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

function ownerOf(object: KubeObject): string {
  const owners = object.metadata['ownerReferences']
  const owner = Array.isArray(owners) ? owners.find((candidate) => isJsonObject(candidate) && candidate['controller'] === true) : undefined
  return isJsonObject(owner) && typeof owner['name'] === 'string' ? owner['name'] : ''
}

function suffix(length: number): string {
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('')
}

function replicaSetOf(store: ObjectStore, deployment: KubeObject, spec: JsonObject): KubeObject {
  const kind = kindFor('replicasets.apps')
  const known = store.list(kind, deployment.metadata.namespace ?? '').find((set) => ownerOf(set) === deployment.metadata.name)
  if (known) return known
  const hash = suffix(9)
  const template = isJsonObject(spec['template']) ? spec['template'] : {}
  const metadata = isJsonObject(template['metadata']) ? template['metadata'] : {}
  const labels = { ...(isJsonObject(metadata['labels']) ? metadata['labels'] : {}), 'pod-template-hash': hash }
  return store.create(kind, {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: { name: `${deployment.metadata.name}-${hash}`, namespace: deployment.metadata.namespace ?? '', labels: stringsOf(labels), ownerReferences: [controller('apps/v1', 'Deployment', deployment)] },
    spec: { replicas: 0, selector: { matchLabels: labels }, template },
    status: { replicas: 0 },
  })
}

function stringsOf(labels: JsonObject): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]))
}

function controller(apiVersion: string, kind: string, object: KubeObject): JsonObject {
  return { apiVersion, kind, name: object.metadata.name, uid: object.metadata.uid ?? '', controller: true, blockOwnerDeletion: true }
}

function podFor(set: KubeObject, deploymentSpec: JsonObject, address: string): KubeObject {
  const template = isJsonObject(deploymentSpec['template']) ? deploymentSpec['template'] : {}
  const spec = isJsonObject(template['spec']) ? template['spec'] : {}
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name: `${set.metadata.name}-${suffix(5)}`, namespace: set.metadata.namespace ?? '', labels: set.metadata.labels ?? {}, ownerReferences: [controller('apps/v1', 'ReplicaSet', set)] },
    spec: { ...spec, nodeName: 'sandbox', restartPolicy: 'Always' },
    status: { phase: 'Pending', podIP: address, podIPs: [{ ip: address }], hostIP: '127.0.0.1', conditions: [{ type: 'Ready', status: 'False' }] },
  }
}

function readyStatus(pod: KubeObject, now: Date): JsonObject {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z')
  const spec = isJsonObject(pod['spec']) ? pod['spec'] : {}
  const containers = Array.isArray(spec['containers']) ? spec['containers'].filter(isJsonObject) : []
  const status = isJsonObject(pod['status']) ? pod['status'] : {}
  return {
    ...status, phase: 'Running', startTime: time,
    conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({ type, status: 'True', lastTransitionTime: time })),
    containerStatuses: containers.map((container) => ({ name: container['name'] ?? '', image: container['image'] ?? '', imageID: '', ready: true, started: true, restartCount: 0, state: { running: { startedAt: time } } })),
  }
}
