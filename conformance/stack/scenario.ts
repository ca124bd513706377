import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@/lib/std/json'

/** What is put on the cluster, and what runs beside it. */
export interface Scenario {
  readonly objects: readonly JsonObject[]
  /** A request that must be answered with 200 before the stack counts as ready. */
  readonly probe: { readonly host: string; readonly path: string }
  close(): Promise<void>
}

/** The ports of the reference gateway on this machine: where its pods listen, and the node ports. */
export interface ExposurePorts {
  readonly http: { readonly target: number; readonly node: number }
  readonly https: { readonly target: number; readonly node: number }
  readonly mysql: { readonly target: number; readonly node: number }
  /** Where the egress gateway listens. */
  readonly egress: number
}

/** A gateway, one host and two versions of one backend. */
export async function smallScenario(ports: ExposurePorts): Promise<Scenario> {
  const backends = await Promise.all(['v1', 'v2'].map(async (version) => {
    const server = createServer((_request, reply) => {
      reply.writeHead(200, { 'content-type': 'text/plain', 'x-backend': `web-${version}` })
      reply.end(`web-${version}\n`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { version, server, port: addressOf(server.address()).port }
  }))
  return {
    probe: { host: 'web.shop.example', path: '/' },
    objects: [...gatewayObjects(ports), ...shopObjects(backends)],
    async close() {
      await Promise.all(backends.map(({ server }) => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() })))
    },
  }
}

function gatewayObjects(ports: ExposurePorts): JsonObject[] {
  const labels = { app: 'istio-ingressgateway', istio: 'ingressgateway' }
  const metadata = { name: 'istio-ingressgateway', namespace: 'istio-system', labels }
  const containerPorts = [ports.http, ports.https, ports.mysql].map(({ target }) => ({ containerPort: target, protocol: 'TCP' }))
  return [
    {
      apiVersion: 'v1', kind: 'Service', metadata,
      spec: {
        type: 'NodePort', selector: labels,
        ports: [
          { name: 'http2', port: 80, protocol: 'TCP', targetPort: ports.http.target, nodePort: ports.http.node },
          { name: 'https', port: 443, protocol: 'TCP', targetPort: ports.https.target, nodePort: ports.https.node },
          { name: 'mysql', port: 3306, protocol: 'TCP', targetPort: ports.mysql.target, nodePort: ports.mysql.node },
        ],
      },
    },
    {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata,
      spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { serviceAccountName: 'istio-ingressgateway', containers: [{ name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.31.0', ports: containerPorts }] } } },
    },
    {
      apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'public', namespace: 'istio-system' },
      spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*.shop.example'] }] },
    },
  ]
}

function shopObjects(backends: readonly { readonly version: string; readonly port: number }[]): JsonObject[] {
  const namespace = 'shop'
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }] } },
    ...backends.map(({ version, port }) => ({
      apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: `web-${version}`, namespace },
      spec: { address: '127.0.0.1', labels: { app: 'web', version }, ports: { http: port } },
    })),
    {
      apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'web', namespace },
      spec: { host: 'web', subsets: backends.map(({ version }) => ({ name: version, labels: { version } })) },
    },
    {
      apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'web', namespace },
      spec: {
        hosts: ['web.shop.example'], gateways: ['istio-system/public'],
        http: [{ route: [{ destination: { host: 'web', subset: 'v1' }, weight: 90 }, { destination: { host: 'web', subset: 'v2' }, weight: 10 }] }],
      },
    },
  ]
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address')
  return address
}
