import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { stringify } from 'yaml'
import type { Authority } from '../certificates/authority'
import { discover, openApi } from './discovery'
import { readBody, sendJson, type Exchange } from './exchange'
import { KubeError, notFound, unknownPath } from './kube-error'
import { createPortForwarder } from './pod-streams'
import type { AdmissionCheck, Clock, PodRuntime } from './ports'
import { handleResource } from './resource-handler'
import { parseTarget } from './request-target'
import { review } from './reviews'
import { subjectOf, type ObjectStore } from './store'
import { allowed, forbidden, type User } from './users'

/** What the API server is made of. */
export interface ApiServerOptions {
  readonly store: ObjectStore
  readonly clock: Clock
  readonly runtime: PodRuntime
  readonly admission: AdmissionCheck
  readonly users: readonly User[]
  readonly authority: Authority
  /** 0: a free port. */
  readonly port: number
  /** @default 60000 */
  readonly bookmarkMillis?: number
  /** Answers in place of the server where it returns true; how tests inject faults. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** The running API server. `stop` and `start` play an outage: the port stays the same, the objects stay. */
export interface ApiServer {
  readonly url: string
  readonly port: number
  kubeconfigFor(user: User, current?: readonly User[]): string
  /** How many port-forwards were let through to pods so far. */
  portForwards(): number
  start(): Promise<void>
  stop(): Promise<void>
}

/** Starts the sandbox's API server on 127.0.0.1, over HTTPS with the sandbox's own authority. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const now = options.clock.now()
  const pair = await options.authority.issue(['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', '127.0.0.1'], { notBefore: new Date(now.getTime() - 3_600_000), notAfter: new Date(now.getTime() + 365 * 86_400_000) })
  const watches = new Set<() => void>()
  const forwarder = createPortForwarder(options.runtime)
  let server: Server | undefined
  let port = options.port
  let forwards = 0
  const sockets = new Set<Socket>()

  const userOf = (request: IncomingMessage): User => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    const user = options.users.find((candidate) => candidate.token === token)
    if (!user) throw new KubeError(401, 'Unauthorized', 'Unauthorized')
    return user
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (options.intercept?.(request, response) === true) return
    const url = new URL(request.url ?? '/', 'https://sandbox')
    if (url.pathname === '/version') return sendJson(response, 200, { major: '1', minor: '35', gitVersion: 'v1.35.4', gitCommit: '', gitTreeState: 'clean', buildDate: '2026-04-14T00:00:00Z', goVersion: '', compiler: '', platform: `${process.platform}/${process.arch}` })
    if (['/livez', '/readyz', '/healthz'].includes(url.pathname)) {
      response.writeHead(200, { 'content-type': 'text/plain' })
      response.end('ok')
      return
    }
    const user = userOf(request)
    const controller = new AbortController()
    response.on('close', () => controller.abort())
    const exchange: Exchange = { request, response, url, user, signal: controller.signal }
    if (url.pathname === '/openapi/v2') {
      // kubectl falls back to it for kinds that v3 does not know, and reads protobuf: an empty document knows none.
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': 0 })
      response.end()
      return
    }
    const found = request.method === 'GET' ? (discover(url.pathname) ?? (url.pathname.startsWith('/openapi/v3') ? openApi(url.pathname) : undefined)) : undefined
    if (found) return sendJson(response, 200, found)
    if (request.method === 'POST' && /^\/apis\/auth(orization|entication)\.k8s\.io\/v1\//.test(url.pathname)) {
      const reply = review(url.pathname, await readBody(request), user, options.users)
      if (!reply) throw unknownPath()
      return sendJson(response, 201, reply)
    }
    const target = parseTarget(rawPath(request))
    if (!target) throw unknownPath()
    await handleResource({ ...options, bookmarkMillis: options.bookmarkMillis ?? 60_000, watches }, exchange, target)
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy()
      const failure = error instanceof KubeError ? error : new KubeError(500, 'InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`)
      sendJson(response, failure.code, failure.status())
    })
  }

  const start = async (): Promise<void> => {
    if (server) return
    const made = createServer({ cert: pair.certificate, key: pair.key, keepAliveTimeout: 65_000 }, handle)
    made.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    made.on('upgrade', (request, socket, head) => {
      try {
        const user = userOf(request)
        const target = parseTarget(rawPath(request))
        if (!target || target.served.kind.key !== 'pods' || target.subresource !== 'portforward') throw unknownPath()
        const access = { verb: 'create', group: '', resource: 'pods/portforward', namespace: target.namespace ?? '', name: target.name }
        if (!allowed(user, access)) throw forbidden(user, access)
        const pod = options.store.get(target.served.kind, target.namespace ?? '', target.name)
        if (!pod) throw notFound(subjectOf(target.served.kind, target.name))
        forwards += 1
        forwarder(request, socket, head, pod)
      } catch (error) {
        const failure = error instanceof KubeError ? error : new KubeError(500, 'InternalError', String(error))
        const body = JSON.stringify(failure.status())
        socket.end(`HTTP/1.1 ${failure.code} ${failure.reason === '' ? 'Error' : failure.reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`)
      }
    })
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject)
      made.listen(port, '127.0.0.1', resolve)
    })
    port = portOf(made.address())
    server = made
  }

  const stop = async (): Promise<void> => {
    const stopping = server
    server = undefined
    if (!stopping) return
    for (const end of [...watches]) end()
    for (const socket of sockets) socket.destroy()
    await new Promise<void>((resolve) => stopping.close(() => resolve()))
  }

  await start()
  const url = `https://127.0.0.1:${port}`
  return { url, port, start, stop, portForwards: () => forwards, kubeconfigFor: (user, all = options.users) => kubeconfig({ url, ca: options.authority.certificate, user, all }) }
}

/** The path as sent: URL would resolve encoded dots away before they can be refused. */
function rawPath(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/'
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** A kubeconfig with a context for each user; the current one is `user`'s, named `sandbox` for the admin. */
function kubeconfig(at: { readonly url: string; readonly ca: string; readonly user: User; readonly all: readonly User[] }): string {
  const contextName = (user: User): string => (user.name === 'admin' ? 'sandbox' : `sandbox-${user.name}`)
  return stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': contextName(at.user),
    clusters: [{ name: 'sandbox', cluster: { server: at.url, 'certificate-authority-data': Buffer.from(at.ca).toString('base64') } }],
    users: at.all.map((user) => ({ name: user.name, user: { token: user.token } })),
    contexts: at.all.map((user) => ({ name: contextName(user), context: { cluster: 'sandbox', user: user.name, namespace: user.name === 'editor' ? 'shop' : 'default' } })),
  })
}
