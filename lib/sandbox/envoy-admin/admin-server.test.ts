import { describe, expect, it, onTestFinished } from 'vitest'
import type { DataPlane } from '../data-plane/data-plane'
import { plane, send } from '../data-plane/testing/harness'
import { cluster, configuration, httpFilter, listener } from '../data-plane/testing/sample-configuration'
import { startAdminServer } from './admin-server'

const api = 'outbound|80||api.shop.svc.cluster.local'
const node = { name: 'gw-1', namespace: 'istio-system', ip: '10.244.0.9', labels: { istio: 'ingressgateway' }, istioVersion: '1.31.0' }

async function admin(): Promise<{ readonly port: number; readonly plane: DataPlane; readonly lines: string[]; readonly requests: () => ReadonlyMap<string, number> }> {
  const started = await plane(configuration({
    listeners: [listener(8080, [{ filters: [httpFilter('http.8080')] }])], clusters: [cluster(api, [{ address: '10.244.1.5', port: 80 }, { address: '10.244.1.6', port: 80, health: 'UNHEALTHY' }])],
    routes: [{ name: 'all', match: { prefix: '/' }, route: { cluster: api } }],
    secrets: [{ name: 'kubernetes://shop', certificateChain: 'PEM', privateKey: 'very private' }],
  }))
  const server = await startAdminServer(started.plane, node, { now: () => Date.now(), onQuit: () => undefined })
  onTestFinished(() => server.close())
  return { port: server.port, plane: started.plane, lines: started.lines, requests: server.requests }
}

describe('the admin endpoint', () => {
  it('dumps the configuration in Envoy’s order and redacts keys', async () => {
    const { port } = await admin()
    const answer = await send(port, '/config_dump')
    expect(answer.headers['content-type']).toBe('application/json')
    const dump: { configs: { '@type': string }[] } = JSON.parse(answer.body)
    expect(dump.configs.map((section) => section['@type'].split('.').pop())).toEqual(['BootstrapConfigDump', 'ClustersConfigDump', 'ListenersConfigDump', 'ScopedRoutesConfigDump', 'RoutesConfigDump', 'SecretsConfigDump'])
    expect(answer.body).not.toContain('very private')
    expect(answer.body).toContain('"inline_bytes": "W3JlZGFjdGVkXQ=="')
    expect(answer.body.startsWith('{\n "configs": [\n  {\n   "@type"')).toBe(true)
  })

  it('picks resources by field, name and mask, as Envoy does', async () => {
    const { port } = await admin()
    const routes: { configs: { '@type': string; route_config: { name: string } }[] } = JSON.parse((await send(port, '/config_dump?resource=dynamic_route_configs')).body)
    expect(routes.configs[0]).toMatchObject({ '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig', route_config: { name: 'http.8080' } })
    expect(JSON.parse((await send(port, '/config_dump?resource=dynamic_active_clusters&name_regex=nothing')).body)).toEqual({})
    expect(JSON.parse((await send(port, '/config_dump?resource=dynamic_active_clusters&mask=cluster.name')).body).configs[0]).toEqual({ '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump.DynamicCluster', cluster: { name: api } })
    expect(await send(port, '/config_dump?resource=nope')).toMatchObject({ status: 404, body: 'nope not found in config dump' })
    expect((await send(port, '/config_dump?include_eds')).body).toContain('EndpointsConfigDump')
  })

  it('lists listeners, clusters and stats as text and JSON', async () => {
    const { port } = await admin()
    expect((await send(port, '/listeners')).body).toBe('0.0.0.0_8080::0.0.0.0:8080\n')
    const clusters = (await send(port, '/clusters')).body
    expect(clusters).toContain(`${api}::10.244.1.6:80::health_flags::/failed_eds_health\n`)
    const json: { cluster_statuses: { name: string; host_statuses: { health_status: object }[] }[] } = JSON.parse((await send(port, '/clusters?format=json')).body)
    expect(json.cluster_statuses[0]?.host_statuses.map((host) => host.health_status)).toEqual([{ eds_health_status: 'HEALTHY' }, { eds_health_status: 'UNHEALTHY' }])
    expect((await send(port, `/stats?filter=${encodeURIComponent('membership_(healthy|total)$')}`)).body).toBe(`cluster.${api}.membership_healthy: 1\ncluster.${api}.membership_total: 2\n`)
    expect(await send(port, '/stats?filter=(')).toMatchObject({ status: 400 })
    const stats: { stats: { name: string; value: number }[] } = JSON.parse((await send(port, '/stats?format=json&usedonly')).body)
    expect(stats.stats.some((stat) => stat.name === 'listener_manager.listener_added' && stat.value === 1)).toBe(true)
    expect(JSON.parse((await send(port, '/server_info')).body)).toMatchObject({ state: 'LIVE', node: { metadata: { NAME: 'gw-1' } } })
  })

  it('changes log levels by POST only, and the levels gate Envoy’s own lines', async () => {
    const { port, plane: running, lines, requests } = await admin()
    expect(await send(port, '/logging')).toMatchObject({ status: 405, body: 'Method GET not allowed, POST required.' })
    const listed = (await send(port, '/logging', { method: 'POST' })).body
    expect(listed.startsWith('active loggers:\n  a2a: info\n  admin: info\n')).toBe(true)
    expect((await send(port, '/logging?paths=http:debug,router:trace', { method: 'POST' })).body).toContain('  router: trace\n')
    expect((await send(port, '/logging?level=error', { method: 'POST' })).body).toContain('  router: error\n')
    const before = lines.length
    await running.apply({ ...running.state().configuration, listeners: [] })
    expect(lines.slice(before)).toEqual([])
    expect(await send(port, '/logging?level=nope', { method: 'POST' })).toMatchObject({ status: 400 })
    expect((await send(port, '/logging?nope=info', { method: 'POST' })).body.startsWith('error: unknown logger name\n\nusage: /logging?<name>=<level> (change single level)\n')).toBe(true)
    expect(requests().get('POST /logging')).toBe(5)
  })
})
