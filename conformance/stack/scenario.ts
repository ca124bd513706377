import { startBackend, type Backend } from '@/lib/sandbox/backends/start-backend'
import { createAuthority } from '@/lib/sandbox/certificates/authority'
import { shopScenario, type RunningBackend, type ShopOptions } from '@/lib/sandbox/scenarios/shop'
import { shopWorkloads } from '@/lib/sandbox/scenarios/shop-workloads'
import { startTraffic } from '@/lib/sandbox/traffic/start-traffic'
import type { JsonObject } from '@/lib/std/json'

/** What is put on the cluster, and what runs beside it. */
export interface Scenario {
  readonly objects: readonly JsonObject[]
  /** A request that must be answered with 200 before the stack counts as ready. */
  readonly probe: { readonly host: string; readonly path: string }
  /** Starts the traffic generator; it stops on close. */
  startTraffic(): void
  close(): Promise<void>
}

/** The ports of the reference gateway on this machine: where its pods listen, and the node ports. */
export type ExposurePorts = ShopOptions['ports']

const day = 86_400_000

/** The sandbox's shop with the same backends and traffic; the backends are WorkloadEntries on 127.0.0.1. */
export async function startShop(ports: ExposurePorts): Promise<Scenario> {
  const now = Date.now()
  const authority = await createAuthority('Meridian real control plane', new Date(now - day))
  const issue = (names: readonly string[], days: number) => authority.issue(names, { notBefore: new Date(now - (90 - days) * day), notAfter: new Date(now + days * day + 3_600_000) })
  const [shopTls, edgeTls, posTls] = await Promise.all([issue(['shop.example.com', '*.shop.example.com'], 6), issue(['admin.example.com', 'counter.example.com', 'status.example.com'], 71), issue(['pos.example.com', 'psp.example.net'], 80)])
  const running: { readonly backend: Backend; readonly at: RunningBackend }[] = await Promise.all(shopWorkloads.flatMap((workload) => Array.from({ length: workload.replicas }, async (_, index) => {
    const backend = await startBackend(workload, { pod: `${workload.name}-${workload.version}-${index}`, certificate: posTls })
    return { backend, at: { workload, port: backend.port } }
  })))
  const traffic = new AbortController()
  return {
    probe: { host: 'shop.example.com', path: '/' },
    objects: shopScenario({
      endpoints: 'workload-entries', ports, gatewayReplicas: { ingress: 2, egress: 1 }, certificates: { 'shop-tls': shopTls, 'edge-tls': edgeTls }, backends: running.map(({ at }) => at),
    }),
    startTraffic: () => startTraffic({ http: ports.http.node, https: ports.https.node, mysql: ports.mysql.node }, { signal: traffic.signal }),
    async close() {
      traffic.abort()
      await Promise.all(running.map(({ backend }) => backend.stop()))
    },
  }
}
