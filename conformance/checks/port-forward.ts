import { readFileSync } from 'node:fs'
import WebSocket from 'ws'
import { z } from 'zod'

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) })).min(1),
  users: z.array(z.object({ name: z.string(), user: z.object({ token: z.string() }) })),
  'current-context': z.string(),
})

/** One GET through `pods/portforward` over WebSocket (v4.channel.k8s.io): all that the port answers. */
export function getThroughPortForward(kubeconfig: string, target: { readonly namespace: string; readonly pod: string; readonly port: number; readonly path: string }): Promise<string> {
  const config = kubeconfigSchema.parse(JSON.parse(readFileSync(kubeconfig, 'utf8')))
  const cluster = config.clusters[0]?.cluster
  const token = config.users.find(({ name }) => name === config['current-context'])?.user.token
  const url = `${cluster?.server.replace('https:', 'wss:') ?? ''}/api/v1/namespaces/${target.namespace}/pods/${target.pod}/portforward?ports=${target.port}`
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['v4.channel.k8s.io'], {
      ca: Buffer.from(cluster?.['certificate-authority-data'] ?? '', 'base64'), headers: { authorization: `Bearer ${token ?? ''}` }, handshakeTimeout: 10_000,
    })
    let text = ''
    const announced = new Set<number>()
    socket.on('open', () => socket.send(Buffer.concat([Buffer.of(0), Buffer.from(`GET ${target.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)])))
    socket.on('message', (data) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)])
      const channel = bytes[0] ?? 0
      // The first frame of each channel repeats the port.
      if (!announced.has(channel)) {
        announced.add(channel)
        return
      }
      text += bytes.subarray(1).toString('utf8')
      const length = /content-length: (\d+)\r\n[^]*?\r\n\r\n/i.exec(text)
      const complete = length === null ? /\r\n0\r\n\r\n$/.test(text) : text.length >= length.index + length[0].length + Number(length[1])
      if (complete || channel === 1) socket.close()
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}
