import { AppError } from '@/lib/contract/app-error'
import { clustersReplySchema, type ClustersReply } from '@/lib/contract/cluster'
import { listContexts, type KubeconfigSource } from '@/lib/kube/contexts'
import type { SessionCall } from '../cluster-session/protocol'
import { startSession, type SessionClient, type SessionEvent } from './session-client'

/** The open clusters, by slug: opened on first use, closed when nobody has asked for ten minutes. */
export interface Sessions {
  clusters(): ClustersReply
  /** @throws AppError not-found for a slug that no context has */
  open(slug: string): SessionClient
  call(slug: string, call: SessionCall, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>
  /** Hears the events of all sessions; `onEnd` when a worker is gone and its subscriptions with it. */
  listen(listener: { readonly onEvent: (slug: string, event: SessionEvent) => void; readonly onEnd: (slug: string) => void }): void
  /** Whether someone follows the cluster: it is then not closed. */
  hold(inUse: (slug: string) => boolean): void
  close(): Promise<void>
}

const closeAfter = 600_000

/** Makes the registry. `workerFile` is the bundle of cluster-session/session-worker. */
export function createSessions(options: { readonly source: KubeconfigSource; readonly workerFile: string; readonly stateFolder: string }): Sessions {
  const open = new Map<string, { readonly client: SessionClient; usedAt: number }>()
  const environments = new Map<string, string | null>()
  let listener: Parameters<Sessions['listen']>[0] | undefined
  let inUse: (slug: string) => boolean = () => false

  const sweep = setInterval(() => {
    for (const [slug, entry] of open) if (!inUse(slug) && Date.now() - entry.usedAt > closeAfter) void entry.client.stop()
  }, 60_000)
  sweep.unref()

  const openSession = (slug: string): SessionClient => {
    const known = open.get(slug)
    if (known) {
      known.usedAt = Date.now()
      return known.client
    }
    if (!listContexts(options.source).contexts.some((one) => one.slug === slug)) throw new AppError('not-found', 'The kubeconfig has no such cluster', { subject: slug })
    const client = startSession(options.workerFile, { slug, source: { ...(options.source.file === undefined ? {} : { file: options.source.file }) }, stateFolder: options.stateFolder }, {
      onEvent: (event) => listener?.onEvent(slug, event),
      onFacts: (environment) => environments.set(slug, environment),
      onEnd: () => {
        if (open.get(slug)?.client === client) open.delete(slug)
        listener?.onEnd(slug)
      },
    })
    open.set(slug, { client, usedAt: Date.now() })
    return client
  }

  return {
    clusters() {
      const { current, contexts } = listContexts(options.source)
      return clustersReplySchema.parse({ current, clusters: contexts.map(({ slug, context, server }) => ({ slug, context, server, environment: environments.get(slug) ?? null })) })
    },
    open: openSession,
    call: async (slug, call, signal) => await openSession(slug).call(call, signal),
    listen: (next) => { listener = next },
    hold: (next) => { inUse = next },
    async close() {
      clearInterval(sweep)
      await Promise.all([...open.values()].map(({ client }) => client.stop()))
    },
  }
}
