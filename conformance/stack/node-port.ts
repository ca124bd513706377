import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands for kube-proxy: a node port on 127.0.0.1 that leads to the port on which the gateway pods listen. */
export function openNodePort(nodePort: number, targetPort: number): Promise<Server> {
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
