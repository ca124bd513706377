import { AppError } from '@/lib/contract/app-error'
import { envoyReplySchemas, envoyResourceSchema } from '@/lib/contract/envoy'
import type { AdminPath } from './admin-paths'
import type { AdminReader, AdminReading } from './admin-reader'
import { digest } from './digest'
import { certs, clusters, dump, listeners, routes, serverInfo, stats } from './shape'

/** What a gateway pod's Envoy has, by the closed list of resources. The pod was checked. @throws AppError not-found for another resource */
export async function readEnvoy(reader: AdminReader, { namespace, pod, resource }: { readonly namespace: string; readonly pod: string; readonly resource: string }): Promise<unknown> {
  const name = envoyResourceSchema.safeParse(resource)
  if (!name.success) throw new AppError('not-found', 'Meridian does not read that from an Envoy')
  const read = (path: AdminPath): Promise<AdminReading> => reader.read(namespace, pod, path)
  const replyOf = (data: unknown, ...readings: readonly AdminReading[]): object => ({
    pod: { namespace, name: pod }, readAt: Math.min(...readings.map((one) => one.readAt)),
    bytes: readings.reduce((sum, one) => sum + one.bytes, 0), millis: readings.reduce((sum, one) => sum + one.millis, 0), data,
  })
  switch (name.data) {
    case 'server-info': {
      const [info, memory] = [await read('serverInfo'), await read('memory')]
      return envoyReplySchemas['server-info'].parse(replyOf(serverInfo(info.value, memory.value), info, memory))
    }
    case 'listeners': {
      const [dynamic, fixed] = [await read('listeners'), await read('staticListeners')]
      return envoyReplySchemas.listeners.parse(replyOf(listeners(dynamic.value, fixed.value), dynamic))
    }
    case 'routes': {
      const [dynamic, fixed] = [await read('routes'), await read('staticRoutes')]
      return envoyReplySchemas.routes.parse(replyOf(routes(dynamic.value, fixed.value), dynamic))
    }
    case 'clusters': {
      const [dynamic, fixed, hosts] = [await read('clusters'), await read('staticClusters'), await read('hosts')]
      return envoyReplySchemas.clusters.parse(replyOf(clusters(dynamic.value, fixed.value, hosts.value), dynamic, hosts))
    }
    case 'certs': {
      const reading = await read('certs')
      return envoyReplySchemas.certs.parse(replyOf(certs(reading.value), reading))
    }
    case 'stats': {
      const reading = await read('stats')
      return envoyReplySchemas.stats.parse(replyOf(stats(reading.value), reading))
    }
    case 'digest': {
      const readings = [await read('listeners'), await read('routes'), await read('clusters')] as const
      return envoyReplySchemas.digest.parse(replyOf(digest(readings[0].value, readings[1].value, readings[2].value), ...readings))
    }
    case 'dump': {
      const reading = await read('dump')
      return envoyReplySchemas.dump.parse(replyOf(dump(reading.value), reading))
    }
  }
}
