import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A node port: passes connections on to the ready pods in turn, as kube-proxy does. */
export interface NodePort {
  readonly port: number
  stop(): Promise<void>
}

/** Opens a node port on 127.0.0.1: the wanted port, or a free one when it is taken. `targets` is asked for each connection. */
export async function openNodePort(wanted: number, targets: () => readonly number[]): Promise<NodePort> {
  let turn = 0
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const ports = targets()
    const port = ports[turn++ % Math.max(1, ports.length)]
    if (port === undefined) return client.destroy()
    const upstream = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.pipe(upstream)
    upstream.pipe(client)
  })
  await listen(server, wanted).catch(() => listen(server, 0))
  return {
    port: portOf(server.address()),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
