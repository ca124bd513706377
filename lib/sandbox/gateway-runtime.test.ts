import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accessLines, portOf, send } from './data-plane/testing/harness'
import { cluster, configuration, httpFilter, listener } from './data-plane/testing/sample-configuration'
import type { GatewayRuntimeOptions, StartGateway } from './gateway-runtime'
import { findEnvoy } from './real-envoy/find-envoy'
import { startEnvoyGateway } from './start-envoy-gateway'
import { startWorkerGateway } from './start-worker-gateway'

const { bundle } = await import('@/bin/run-ts.mjs')
const workerPath = await bundle('lib/sandbox/gateway-worker.ts')
const envoy = await findEnvoy()
const implementations: readonly (readonly [string, StartGateway])[] = [
  ['the data plane in a worker thread', (options) => startWorkerGateway(options, workerPath)],
  ...(envoy === undefined ? [] : [['the real Envoy', (options: GatewayRuntimeOptions) => startEnvoyGateway(options, envoy)] as const]),
]

const pod = { name: 'gw-1', namespace: 'istio-system', ip: '10.244.0.9', labels: { istio: 'ingressgateway' } }
const base = { listeners: [listener(8080, [{ filters: [httpFilter('http.8080')] }])], clusters: [cluster('api', [{ address: '10.244.1.5', port: 80 }])] }
const all = [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'api' } }]

describe.each(implementations)('a gateway pod: %s', (_name, start) => {
  it('serves, logs, shows its configuration, changes routes, refuses what Envoy refuses, and ends', async () => {
    const backend = createServer((_, response) => response.end('from the pod'))
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void backend.close())
    const gateway = await start({ pod, seed: 1, places: { listenerPorts: {}, endpointPorts: { '10.244.1.5:80': portOf(backend) }, files: {} } })
    onTestFinished(() => gateway.stop())
    const lines: string[] = []
    gateway.lines((line) => lines.push(line))
    expect((await gateway.apply(configuration({ ...base, routes: all }))).rejected).toEqual([])
    const port = gateway.boundPorts().get(8080) ?? 0
    expect(await send(port, '/x')).toMatchObject({ status: 200, body: 'from the pod' })
    const [line] = await accessLines(lines, 1)
    expect(line).toContain('"GET /x HTTP/1.1" 200 - via_upstream')
    expect(line).toContain('"10.244.1.5:80" api')
    expect(line).toContain(' 10.244.0.9:8080 127.0.0.1:')
    expect(lines.some((entry) => entry.includes("lds: add/update listener '0.0.0.0_8080'"))).toBe(true)
    expect((await send(gateway.adminPort, '/ready')).body).toBe('LIVE\n')
    expect((await send(gateway.readyPort, '/healthz/ready')).status).toBe(200)
    const dump = (await send(gateway.adminPort, '/config_dump?resource=dynamic_listeners')).body
    expect(dump).toContain('"address": "0.0.0.0"')
    expect((await send(gateway.adminPort, '/clusters')).body).toContain('api::10.244.1.5:80::health_flags::healthy')
    expect([...(await gateway.adminRequests()).keys()].sort()).toEqual(['GET /clusters', 'GET /config_dump', 'GET /ready'])

    await gateway.apply({ ...configuration({ ...base, routes: [{ name: 'tea', match: { prefix: '/' }, direct_response: { status: 418 } }] }), version: '2' })
    await expect.poll(async () => (await send(port, '/x')).status, { timeout: 10_000 }).toBe(418)

    const twice = { filter_chain_match: { destination_port: 1 }, filters: [httpFilter('http.8080')] }
    const refused = await gateway.apply({ ...configuration({ ...base, listeners: [listener(8080, [twice, twice])] }), version: '3' })
    expect(refused.rejected.map((item) => item.name)).toEqual(['0.0.0.0_8080'])
    await gateway.stop()
    await expect(send(port, '/x')).rejects.toThrow()
  })
})
