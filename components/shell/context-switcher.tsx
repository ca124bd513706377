'use client'
import { usePathname, useRouter } from 'next/navigation'
import { useCluster } from '@/lib/client/use-cluster'
import { useClusters } from '@/lib/client/use-clusters'
import { useClusterStatus } from '@/lib/client/use-connection'
import { MenuButton, type MenuEntry } from '../ui/menu'
import { useNamespaceChoice } from './namespace-filter'
import { pages } from './pages'
import { paths } from './paths'

/** The context with its environment label (from the cluster's own annotation), to switch context and namespaces. */
export function ContextSwitcher() {
  const slug = useCluster()
  const { data: status } = useClusterStatus(slug)
  const { data: known } = useClusters()
  const [namespaces, choose] = useNamespaceChoice()
  const router = useRouter()
  const pathname = usePathname()
  const context = status?.cluster.context ?? known?.clusters.find((cluster) => cluster.slug === slug)?.context ?? slug
  const environment = status?.cluster.environment ?? null
  const page = pages.find((candidate) => pathname.startsWith(candidate.path(slug)))

  const contexts: MenuEntry[] = (known?.clusters ?? []).map((cluster) => ({
    kind: 'item', key: cluster.slug, label: <span className="m">{cluster.context}</span>, note: cluster.environment ?? cluster.server, checked: cluster.slug === slug,
    onSelect: () => router.push((page?.path ?? paths.gateways)(cluster.slug)),
  }))
  const names = status?.namespaces.names ?? []
  const toggled = (name: string) => (namespaces.includes(name) ? namespaces.filter((other) => other !== name) : [...namespaces, name])
  const choices: MenuEntry[] = [
    { kind: 'item', key: 'ns:', label: 'All namespaces', checked: namespaces.length === 0, onSelect: () => choose([]) },
    ...names.map((name): MenuEntry => ({ kind: 'item', key: `ns:${name}`, label: <span className="m">{name}</span>, checked: namespaces.includes(name), onSelect: () => choose(toggled(name)) })),
  ]
  return (
    <MenuButton
      label={`Context ${context}${environment === null ? '' : `, ${environmentWords(environment)}`}, ${namespaces.length === 0 ? 'all namespaces' : namespaces.join(', ')}`} className="context"
      entries={[{ kind: 'label', key: 'contexts', label: 'Contexts' }, ...contexts, { kind: 'line', key: 'line' }, { kind: 'label', key: 'namespaces', label: 'Namespaces' }, ...choices]}
    >
      <span className="m cut">{context}</span>
      {environment === null ? null : <span className="environment">{environmentWords(environment)}</span>}
      {namespaces.length === 0 ? null : <span className="m text-ink-2 cut">{namespaces.length === 1 ? namespaces[0] : `${namespaces.length} namespaces`}</span>}
    </MenuButton>
  )
}

/** `sandbox` is written out; other environments (prod, staging) stand as the cluster names them. */
export function environmentWords(environment: string): string {
  return environment === 'sandbox' ? 'sandbox cluster' : environment
}
