import { createHash } from 'node:crypto'
import type { RequestOptions } from 'node:https'
import { AppError } from '@/lib/contract/app-error'
import { systemClock, type Clock } from './clock'
import { loadKubeConfig, type KubeconfigSource } from './contexts'

/** TLS material of a connection to the API server. */
export interface TlsMaterial {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly servername?: string
  readonly rejectUnauthorized?: boolean
}

/** What one request needs to be let in. `tlsKey` changes when the TLS material does. */
export interface Credentials {
  readonly server: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: TlsMaterial
  readonly tlsKey: string
}

/** Gives the credentials of one context; `renew` forgets what is cached (after a 401). */
export interface CredentialSource {
  get(): Promise<Credentials>
  renew(): Promise<Credentials>
}

const keepFor = 30_000
const pluginDeadline = 30_000

/**
 * Credentials of a context of the kubeconfig: certificates, token, token file, exec plugin, OIDC. One plugin runs at a
 * time whatever the number of callers (the client library starts one a call), and for at most 30 s.
 */
export function kubeconfigCredentials(source: KubeconfigSource, clock: Clock = systemClock): CredentialSource {
  let config = loadKubeConfig(source)
  let cached: { readonly value: Promise<Credentials>; readonly at: number } | undefined
  const get = (): Promise<Credentials> => {
    if (cached && clock.now() - cached.at < keepFor) return cached.value
    const value = read()
    cached = { value, at: clock.now() }
    value.catch(() => { if (cached?.value === value) cached = undefined })
    return value
  }
  const read = async (): Promise<Credentials> => {
    const server = config.getCurrentCluster()?.server
    if (server === undefined) throw new AppError('bad-request', 'The kubeconfig has no current cluster. Choose one with --context.')
    if (server.startsWith('http:') && config.getCurrentCluster()?.skipTLSVerify !== true) throw new AppError('bad-request', `The server ${server} is not HTTPS`)
    const options: RequestOptions = {}
    await withDeadline(config.applyToHTTPSOptions(options))
    const tls = tlsOf(options)
    return { server: server.replace(/\/$/, ''), headers: headersOf(options), tls, tlsKey: keyOf(tls) }
  }
  return {
    get,
    renew() {
      if (cached && clock.now() - cached.at < 1_000) return cached.value
      config = loadKubeConfig(source)
      cached = undefined
      return get()
    },
  }
}

/** Fixed credentials, for tests and tools that know theirs. */
export function staticCredentials(server: string, token?: string, tls: TlsMaterial = {}): CredentialSource {
  const value: Credentials = { server, headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, tls, tlsKey: keyOf(tls) }
  return { get: () => Promise.resolve(value), renew: () => Promise.resolve(value) }
}

function tlsOf(options: RequestOptions): TlsMaterial {
  return {
    ...material('ca', options.ca), ...material('cert', options.cert), ...material('key', options.key),
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    ...(options.rejectUnauthorized === undefined ? {} : { rejectUnauthorized: options.rejectUnauthorized }),
  }
}

function material(name: 'ca' | 'cert' | 'key', value: unknown): TlsMaterial {
  return typeof value === 'string' || Buffer.isBuffer(value) ? { [name]: value } : {}
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) if (typeof value === 'string') headers[name.toLowerCase()] = value
  if (typeof options.auth === 'string') headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
  return headers
}

function keyOf(tls: TlsMaterial): string {
  const hash = createHash('sha256')
  for (const part of [tls.ca, tls.cert, tls.key]) hash.update(part ?? '').update('\0')
  return hash.update(`${tls.servername ?? ''}\0${String(tls.rejectUnauthorized)}`).digest('hex')
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('unauthenticated', 'The credential plugin did not answer within 30 s')), pluginDeadline)
  })
  try {
    await Promise.race([work, late])
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('unauthenticated', `No credentials: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  } finally {
    clearTimeout(timer)
  }
}
