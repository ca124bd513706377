import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { accessLines, portOf, send } from './data-plane/testing/harness'
import { cluster, configuration, httpFilter, listener } from './data-plane/testing/sample-configuration'
import { startWorkerGateway } from './start-worker-gateway'

const options = { pod: { name: 'gw-1', namespace: 'istio-system', ip: '10.244.0.9', labels: { istio: 'ingressgateway' } }, seed: 1 }

describe('the gateway in a worker thread', () => {
  it('serves, logs, shows its configuration and ends', async () => {
    const { bundle } = await import('@/bin/run-ts.mjs')
    const backend = createServer((_, response) => response.end('from the pod'))
    await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void backend.close())
    const gateway = await startWorkerGateway({ ...options, places: { listenerPorts: {}, endpointPorts: { '10.244.1.5:80': portOf(backend) }, files: {} } }, await bundle('lib/sandbox/gateway-worker.ts'))
    onTestFinished(() => gateway.stop())
    const lines: string[] = []
    gateway.lines((line) => lines.push(line))
    const result = await gateway.apply(configuration({
      listeners: [listener(8080, [{ filters: [httpFilter('http.8080')] }])], clusters: [cluster('api', [{ address: '10.244.1.5', port: 80 }])],
      routes: [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'api' } }],
    }))
    expect(result.rejected).toEqual([])
    const port = gateway.boundPorts().get(8080) ?? 0
    expect(await send(port, '/x')).toMatchObject({ status: 200, body: 'from the pod' })
    expect((await accessLines(lines, 1))[0]).toContain('"GET /x HTTP/1.1" 200 - via_upstream')
    expect(lines.some((line) => line.includes("lds: add/update listener '0.0.0.0_8080'"))).toBe(true)
    expect((await send(gateway.adminPort, '/ready')).body).toBe('LIVE\n')
    expect((await send(gateway.readyPort, '/healthz/ready')).status).toBe(200)
    expect(await gateway.adminRequests()).toEqual(new Map([['GET /ready', 1]]))
    await gateway.stop()
    await expect(send(port, '/x')).rejects.toThrow()
  })
})
