import { connect, createServer, type Server, type Socket } from 'node:net'

/** A node port that is held from the start, so that nobody else takes it while the cluster starts. */
export interface NodePort {
  readonly port: number
  readonly server: Server
}

/**
 * Stands for kube-proxy: a node port on 127.0.0.1 that leads to the port on which the gateway pods listen.
 * The preferred one, or the next of Kubernetes' range that is free.
 */
export async function openNodePort(preferred: number, targetPort: number): Promise<NodePort> {
  for (const port of [preferred, ...Array.from({ length: 200 }, (_, index) => 30500 + ((preferred + index * 7) % 2200))]) {
    try {
      return { port, server: await listen(port, targetPort) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
  throw new Error(`no free node port near ${preferred}`)
}

function listen(nodePort: number, targetPort: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((inbound) => {
      const outbound = connect({ host: '127.0.0.1', port: targetPort })
      joined(inbound, outbound)
      joined(outbound, inbound)
    })
    server.on('error', reject)
    server.listen(nodePort, '127.0.0.1', () => resolve(server))
  })
}

function joined(from: Socket, to: Socket): void {
  from.setNoDelay(true)
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
  from.pipe(to)
}
