import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'
import { AppError } from '@/lib/contract/app-error'

/** Where the contexts come from: a file (`--kubeconfig`), or kubectl's own order ($KUBECONFIG, ~/.kube/config, in-cluster). */
export interface KubeconfigSource {
  readonly file?: string
  /** The context to start with. @default the file's current-context */
  readonly context?: string
}

/** One context of the kubeconfig. */
export interface ClusterContext {
  /** As in URLs: the context's name made safe, and six hex digits of its hash. */
  readonly slug: string
  readonly context: string
  readonly server: string
  /** The context's own namespace; 'default' where it names none. */
  readonly namespace: string
}

/** Reads the kubeconfig afresh (so that credentials which expired are not remembered). */
export function loadKubeConfig(source: KubeconfigSource): KubeConfig {
  const config = new KubeConfig()
  if (source.file !== undefined) {
    if (!existsSync(source.file)) throw new AppError('bad-request', `There is no kubeconfig at ${source.file}`)
    config.loadFromFile(source.file, { onInvalidEntry: 'filter' })
  } else {
    config.loadFromDefault({ onInvalidEntry: 'filter' })
  }
  if (source.context !== undefined) {
    if (!config.getContextObject(source.context)) throw new AppError('bad-request', `The kubeconfig has no context ${source.context}`)
    config.setCurrentContext(source.context)
  }
  return config
}

/** All contexts whose cluster is there, and the current one's slug. */
export function listContexts(source: KubeconfigSource): { readonly current: string | null; readonly contexts: readonly ClusterContext[] } {
  const config = loadKubeConfig(source)
  const contexts = config.getContexts().flatMap((context) => {
    const cluster = config.getCluster(context.cluster)
    return cluster ? [{ slug: slugOf(context.name), context: context.name, server: cluster.server, namespace: namespaceOf(context.name, context.namespace) }] : []
  })
  const current = contexts.find((context) => context.context === config.getCurrentContext())
  return { current: current?.slug ?? null, contexts }
}

/** `kind-shop` → `kind-shop-1a2b3c`; anything but lower-case letters, digits and hyphens becomes a hyphen. */
export function slugOf(context: string): string {
  const safe = context.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '').slice(0, 60)
  const hash = createHash('sha256').update(context).digest('hex').slice(0, 6)
  return safe === '' ? hash : `${safe}-${hash}`
}

const inClusterNamespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'

function namespaceOf(context: string, namespace: string | undefined): string {
  if (namespace !== undefined && namespace !== '') return namespace
  if (context === 'inClusterContext' && existsSync(inClusterNamespaceFile)) return readFileSync(inClusterNamespaceFile, 'utf8').trim()
  return 'default'
}
