import { createServer, request, type Server } from 'node:http'
import { z } from 'zod'
import type { Stack } from './stack'

const commandSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('replace-gateway-pod'), pod: z.string() }),
  z.object({ do: z.literal('rotate-log'), pod: z.string() }),
  z.object({ do: z.literal('port-forwards') }),
  z.object({ do: z.literal('stop-api') }),
  z.object({ do: z.literal('start-api') }),
])

/** What the tests' harness may ask of the supervisor. */
export type Command = z.infer<typeof commandSchema>

/** Where the supervisor listens, and the word that opens it. */
export interface ControlDoor {
  readonly port: number
  readonly token: string
}

/** Opens the supervisor's door on 127.0.0.1. */
export function serveControl(stack: () => Stack | undefined, door: ControlDoor): Promise<Server> {
  const server = createServer((incoming, reply) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (part: string) => { text += part })
    incoming.on('end', () => {
      answer(stack(), door, incoming.headers.authorization, text).then(
        (result) => reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result })),
        (error: unknown) => reply.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: String(error) })),
      )
    })
  })
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(door.port, '127.0.0.1', () => resolve(server))
  })
}

async function answer(stack: Stack | undefined, door: ControlDoor, authorization: string | undefined, text: string): Promise<string> {
  if (authorization !== `Bearer ${door.token}`) throw new Error('wrong token')
  if (stack === undefined) throw new Error('the stack is not ready')
  const command = commandSchema.parse(JSON.parse(text))
  switch (command.do) {
    case 'replace-gateway-pod': return stack.replaceGatewayPod(command.pod)
    case 'rotate-log': stack.rotateLog(command.pod); return ''
    case 'port-forwards': return String(await stack.portForwards())
    case 'stop-api': await stack.stopApi(); return ''
    case 'start-api': await stack.startApi(); return ''
  }
}

const replySchema = z.object({ result: z.string().optional(), error: z.string().optional() })

/** Sends a command to the supervisor and gives its answer (a pod's name, a number, or nothing). */
export function sendCommand(door: ControlDoor, command: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: door.port, method: 'POST', headers: { authorization: `Bearer ${door.token}` } }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (part: string) => { text += part })
      reply.on('end', () => {
        const { result, error } = replySchema.parse(JSON.parse(text))
        if (error === undefined) resolve(result ?? '')
        else reject(new Error(error))
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(command))
  })
}
