import { gatewayKey } from '@/lib/mesh/gateway-workload'
import type { KubeObject } from '@/lib/mesh/resource'
import { listObjects, type Snapshot } from '@/lib/mesh/snapshot'
import { compile, plainEnvoyFeatures } from '@/lib/mesh/translate/compile'
import type { Compiled } from '@/lib/mesh/translate/compiled'
import { gatewayPods, gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import type { Clock } from '../api-server/ports'
import type { ObjectStore } from '../api-server/store'
import type { GatewayConfiguration, GatewayPlaces, GatewayRuntime } from '../gateway-runtime'
import { servedSecrets } from './served-secrets'
import { storeSnapshot } from './store-snapshot'

/** What the sandbox's istiod works with. */
export interface IstiodOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  /** The Envoy of a pod, once it runs. */
  readonly runtime: (pod: KubeObject) => GatewayRuntime | undefined
  readonly places: () => GatewayPlaces
  readonly log: (line: string) => void
  /** Milliseconds between a change and its push, beyond the debounce; asked at each push. */
  readonly pushDelay: () => number
}

/** A running istiod. */
export interface Istiod {
  /** Pushes to one pod at once (it has just started). */
  connect(pod: KubeObject): Promise<void>
  /** Resolves when everything that changed until now was pushed. */
  settled(): Promise<void>
  stop(): void
}

/** Pods with this annotation keep the configuration they got first: one of the scenario's honest mistakes. */
export const stuckAnnotation = 'sandbox.meridian.dev/stuck'

const relevant = ['.istio.io', 'gateway.networking.k8s.io', 'ingresses', 'ingressclasses', 'services', 'endpointslices', 'pods', 'secrets', 'configmaps', 'namespaces']
const debounceMillis = 100

/** Watches the store, translates with lib/mesh as Pilot does, and pushes to the gateway pods. */
export function startIstiod(options: IstiodOptions): Istiod {
  const { store } = options
  let dirty: { readonly names: Set<string>; count: number } = { names: new Set(), count: 0 }
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> = Promise.resolve()
  let version = 0
  let stopped = false
  const pushed = new Map<string, string>()
  const compiledOf = new Map<string, Compiled>()

  const say = (level: string, scope: string, message: string): void => options.log(`${options.clock.now().toISOString().replace('Z', '000Z')}\t${level}\t${scope}\t${message}`)

  const pushAll = async (): Promise<void> => {
    const { names, count } = dirty
    dirty = { names: new Set(), count: 0 }
    if (stopped) return
    const [first = 'unknown'] = names
    const more = names.size > 1 ? ` and ${names.size - 1} more configs` : ''
    say('info', 'ads', `Push debounce stable[${++version}] ${count} for config ${first}${more}: ${debounceMillis}ms since last change, ${debounceMillis}ms since last push, full=true`)
    const snapshot = storeSnapshot(store)
    const workloads = gatewayWorkloads(snapshot).map((workload) => ({ workload, pods: gatewayPods(snapshot, workload).filter((pod) => options.runtime(pod) !== undefined) }))
    say('info', 'ads', `XDS: Pushing Services:${[...listObjects(snapshot, 'services')].length} ConnectedEndpoints:${workloads.reduce((sum, { pods }) => sum + pods.length, 0)} Version:${options.clock.now().toISOString()}/${version}`)
    await delay(options.pushDelay())
    for (const { workload, pods } of workloads) {
      if (pods.length === 0) continue
      const compiled = compile(snapshot, workload, { features: plainEnvoyFeatures }, compiledOf.get(gatewayKey(workload)))
      compiledOf.set(gatewayKey(workload), compiled)
      await Promise.all(pods.map((pod) => push(pod, compiled, snapshot)))
    }
  }

  const push = async (pod: KubeObject, compiled: Compiled, snapshot: Snapshot): Promise<void> => {
    const runtime = options.runtime(pod)
    if (!runtime || stopped) return
    const node = `${pod.metadata.name}.${pod.metadata.namespace ?? ''}`
    const configuration = configurationOf(compiled, snapshot, `${options.clock.now().toISOString()}/${version}`)
    const key = JSON.stringify([configuration.listeners, configuration.routeConfigurations, configuration.clusters, configuration.endpoints])
    await runtime.setPlaces(options.places())
    if (pushed.get(node) === key) return
    if (pushed.has(node) && pod.metadata.annotations?.[stuckAnnotation] !== undefined) {
      say('warn', 'ads', `ADS:RDS: push to ${node} not acknowledged for 10s`)
      return
    }
    pushed.set(node, key)
    for (const [type, resources] of [['CDS', configuration.clusters], ['EDS', configuration.endpoints], ['LDS', configuration.listeners], ['RDS', configuration.routeConfigurations]] as const) {
      say('info', 'ads', `${type}: PUSH for node:${node} resources:${resources.length} size:${(JSON.stringify(resources).length / 1024).toFixed(1)}kB`)
    }
    const { rejected } = await runtime.apply(configuration)
    for (const one of rejected) say('warn', 'ads', `ADS:${one.kind === 'listener' ? 'LDS' : one.kind === 'cluster' ? 'CDS' : 'RDS'}: ACK ERROR ${node} Internal:Error adding/updating ${one.kind} ${one.name}: ${one.details}`)
  }

  const schedule = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      working = working.then(pushAll).catch((error: unknown) => say('error', 'ads', `push failed: ${error instanceof Error ? error.message : String(error)}`))
    }, debounceMillis)
  }

  const unsubscribe = store.subscribe((event) => {
    if (!relevant.some((part) => event.key.includes(part))) return
    dirty.names.add(`${event.object.kind}/${event.object.metadata.namespace ?? ''}/${event.object.metadata.name}`)
    dirty.count += 1
    schedule()
  })

  return {
    connect(pod) {
      const node = `${pod.metadata.name}.${pod.metadata.namespace ?? ''}`
      say('info', 'ads', `ADS: new connection for node:${node}-${version + 1}`)
      pushed.delete(node)
      working = working.then(async () => {
        const snapshot = storeSnapshot(store)
        const workload = gatewayWorkloads(snapshot).find((candidate) => gatewayPods(snapshot, candidate).some((other) => other.metadata.name === pod.metadata.name))
        if (workload) await push(pod, compile(snapshot, workload, { features: plainEnvoyFeatures }), snapshot)
      }).catch((error: unknown) => say('error', 'ads', `push to ${node} failed: ${error instanceof Error ? error.message : String(error)}`))
      return working
    },
    async settled() {
      do {
        await working
        if (timer !== undefined) await delay(debounceMillis)
      } while (timer !== undefined || dirty.count > 0)
      await working
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      unsubscribe()
    },
  }
}

function delay(millis: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, millis) })
}

function configurationOf(compiled: Compiled, snapshot: Snapshot, version: string): GatewayConfiguration {
  const clusters = compiled.clusters()
  return {
    version, listeners: compiled.listeners, routeConfigurations: compiled.routeConfigurations, clusters,
    endpoints: clusters.flatMap((cluster) => (cluster.type === 'EDS' ? (compiled.endpoints(cluster.name) ?? []) : [])),
    secrets: servedSecrets(snapshot, compiled.gateway.namespace, [compiled.listeners, clusters]),
  }
}
