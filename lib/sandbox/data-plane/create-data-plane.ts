import type { Listener } from '@/lib/mesh/envoy/listener'
import type { RouteConfiguration } from '@/lib/mesh/envoy/route'
import { listenerAddress } from '@/lib/mesh/simulate/listener-match'
import type { ApplyResult, GatewayConfiguration } from '../gateway-runtime'
import type { PlaneContext } from './context'
import type { DataPlane, DataPlaneOptions } from './data-plane'
import { createEnvoyLog } from './envoy-log'
import type { ListenerRuntime } from './listener-runtime'
import { startListener } from './listener-runtime'
import { createStats } from './stats'
import { createUpstreams } from './upstreams'
import { listenerFault, routeConfigurationFault } from './validate'

/** How long connections of a removed listener may still live. */
const DRAIN_MILLISECONDS = 5000

const emptyConfiguration: GatewayConfiguration = { version: '', listeners: [], routeConfigurations: [], clusters: [], endpoints: [], secrets: [] }

/** Starts a data plane without listeners. */
export function createDataPlane(options: DataPlaneOptions): DataPlane {
  const stats = createStats()
  const log = createEnvoyLog({ onLine: options.onLogLine, now: options.now, pid: options.pid ?? 1 })
  const started = options.now()
  const runtimes = new Map<string, ListenerRuntime>()
  const state = { configuration: emptyConfiguration, routes: new Map<string, RouteConfiguration>(), updated: started, rejected: new Map<string, { details: string; at: number; listener: Listener }>(), drained: false }
  const secrets = {
    secret: (name: string) => state.configuration.secrets.find((secret) => secret.name === name),
    readFile: options.readFile,
  }
  const upstreams = createUpstreams(stats, secrets)
  const context: PlaneContext = { options, stats, log, upstreams, secrets, routeConfiguration: (name) => state.routes.get(name) }
  stats.declare('counter', ['listener_manager.listener_added', 'listener_manager.listener_modified', 'listener_manager.listener_removed', 'listener_manager.listener_create_failure', 'listener_manager.lds.update_success', 'listener_manager.lds.update_rejected'])
  stats.set('server.live', 1)
  log.write('info', 'main', 'source/server/server.cc:463', 'initializing epoch 0 (base id=0, hot restart version=11.104)')
  log.write('info', 'main', 'source/server/server.cc:1098', 'starting main dispatch loop')

  const applyRoutes = (configuration: GatewayConfiguration, rejected: ApplyResult['rejected'][number][]) => {
    const routes = new Map<string, RouteConfiguration>()
    for (const next of configuration.routeConfigurations) {
      const fault = routeConfigurationFault(next)
      const kept = fault === undefined ? next : state.routes.get(next.name)
      if (kept !== undefined) routes.set(next.name, kept)
      if (fault === undefined) continue
      rejected.push({ kind: 'route-configuration', name: next.name, details: fault })
      log.write('warning', 'config', 'source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:138', `gRPC config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: ${fault}`)
    }
    state.routes = routes
  }
  const applyListener = async (next: Listener, rejected: ApplyResult['rejected'][number][]) => {
    const fault = listenerFault(next)
    const running = runtimes.get(next.name)
    if (fault === undefined) {
      try {
        state.rejected.delete(next.name)
        if (running === undefined) {
          runtimes.set(next.name, await startListener(context, next))
          stats.add('listener_manager.listener_added')
          log.write('info', 'upstream', 'source/common/listener_manager/lds_api.cc:106', `lds: add/update listener '${next.name}'`)
        } else if (JSON.stringify(running.listener) !== JSON.stringify(next)) {
          running.update(next)
          stats.add('listener_manager.listener_modified')
          log.write('info', 'upstream', 'source/common/listener_manager/lds_api.cc:106', `lds: add/update listener '${next.name}'`)
        }
        return
      } catch (error) {
        rejected.push(refuseListener(next, error instanceof Error ? error.message : String(error)))
        return
      }
    }
    rejected.push(refuseListener(next, fault))
  }
  const refuseListener = (listener: Listener, details: string) => {
    state.rejected.set(listener.name, { details, at: options.now(), listener })
    stats.add('listener_manager.listener_create_failure')
    log.write('warning', 'config', 'source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:138', `gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error adding/updating listener(s) ${listener.name}: ${details}`)
    return { kind: 'listener' as const, name: listener.name, details }
  }
  const removeListeners = (wanted: ReadonlySet<string>) => {
    for (const [name, runtime] of runtimes) {
      if (wanted.has(name)) continue
      runtimes.delete(name)
      stats.add('listener_manager.listener_removed')
      log.write('info', 'upstream', 'source/common/listener_manager/lds_api.cc:73', `lds: remove listener '${name}'`)
      runtime.stop(DRAIN_MILLISECONDS).catch(() => undefined)
    }
  }
  let queue: Promise<unknown> = Promise.resolve()
  const apply = async (configuration: GatewayConfiguration): Promise<ApplyResult> => {
    const rejected: ApplyResult['rejected'][number][] = []
    state.configuration = configuration
    state.updated = options.now()
    upstreams.apply(configuration.clusters, configuration.endpoints, options.now())
    applyRoutes(configuration, rejected)
    removeListeners(new Set(configuration.listeners.map((listener) => listener.name)))
    for (const listener of configuration.listeners) if (!state.drained) await applyListener(listener, rejected)
    stats.set('listener_manager.total_listeners_active', runtimes.size)
    stats.add(rejected.length === 0 ? 'listener_manager.lds.update_success' : 'listener_manager.lds.update_rejected')
    return { rejected }
  }
  return {
    apply: (configuration) => {
      const result = queue.then(() => apply(configuration))
      queue = result.catch(() => undefined)
      return result
    },
    boundPorts: () => new Map([...runtimes.values()].map((runtime) => [runtime.port, runtime.boundPort])),
    state: () => ({
      configuration: state.configuration, started, updated: state.updated, stats, log, clusters: upstreams.all(), secrets,
      routeConfigurations: [...state.routes.values()],
      listeners: [...runtimes.values()].map((runtime) => ({ listener: runtime.listener, ...listenerAddress(runtime.listener) })),
      rejectedListeners: [...state.rejected].map(([name, error]) => ({ name, ...error })),
    }),
    drainListeners: async () => {
      state.drained = true
      await Promise.all([...runtimes.values()].map((runtime) => runtime.stop(DRAIN_MILLISECONDS)))
      runtimes.clear()
    },
    close: async () => {
      stats.set('server.live', 0)
      log.write('info', 'main', 'source/server/server.cc:1167', 'shutting down server instance')
      await Promise.all([...runtimes.values()].map((runtime) => runtime.stop(options.closeGraceMilliseconds ?? 0)))
      runtimes.clear()
      upstreams.close()
      log.write('info', 'main', 'source/server/server.cc:1159', 'exiting')
    },
  }
}
