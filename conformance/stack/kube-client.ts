import { Agent, request } from 'node:https'
import { isJsonObject, type JsonObject } from '@/lib/std/json'

/** Where the API server is and who asks. */
export interface KubeAccess {
  readonly port: number
  readonly ca: string
  readonly token: string
}

/** A reply of the API server. */
export interface KubeReply {
  readonly status: number
  readonly body: JsonObject
}

/** The few calls that starting a cluster takes: server-side apply of anything, and plain requests. */
export interface KubeClient {
  call(method: string, path: string, body?: JsonObject, contentType?: string): Promise<KubeReply>
  /** Creates or changes an object by server-side apply. Refusals are Errors with the server's message. */
  apply(object: JsonObject): Promise<JsonObject>
  /** The path of an object, by discovery. */
  pathOf(object: JsonObject): Promise<string>
  close(): void
}

/** A client over one keep-alive connection pool. */
export function createKubeClient(access: KubeAccess): KubeClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const discovered = new Map<string, { readonly plural: string; readonly namespaced: boolean }>()

  const call: KubeClient['call'] = (method, path, body, contentType = 'application/json') => new Promise((resolve, reject) => {
    const sent = request({
      agent, host: '127.0.0.1', port: access.port, ca: access.ca, servername: 'kubernetes', checkServerIdentity: () => undefined, method, path, timeout: 20_000,
      headers: { authorization: `Bearer ${access.token}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': contentType }) },
    }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (part: string) => { text += part })
      reply.on('error', reject)
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: parse(text) }))
    })
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within 20 s`)))
    sent.on('error', reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })

  async function pathOf(object: JsonObject): Promise<string> {
    const apiVersion = String(object['apiVersion'])
    const key = `${apiVersion} ${String(object['kind'])}`
    if (!discovered.has(key)) await discover(apiVersion)
    const found = discovered.get(key)
    if (found === undefined) throw new Error(`the API server knows no ${key}`)
    const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {}
    const scope = found.namespaced ? `/namespaces/${String(metadata['namespace'] ?? 'default')}` : ''
    return `${groupPath(apiVersion)}${scope}/${found.plural}/${String(metadata['name'])}`
  }

  async function discover(apiVersion: string): Promise<void> {
    const { body } = await call('GET', groupPath(apiVersion))
    for (const resource of Array.isArray(body['resources']) ? body['resources'] : []) {
      if (!isJsonObject(resource) || String(resource['name']).includes('/')) continue
      discovered.set(`${apiVersion} ${String(resource['kind'])}`, { plural: String(resource['name']), namespaced: resource['namespaced'] === true })
    }
  }

  return {
    call,
    pathOf,
    async apply(object) {
      const path = await pathOf(object)
      const reply = await call('PATCH', `${path}?fieldManager=meridian-real&force=true`, object, 'application/apply-patch+yaml')
      if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${String(reply.body['message'])}`)
      return reply.body
    },
    close: () => agent.destroy(),
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : { message: text }
  } catch {
    return { message: text }
  }
}
