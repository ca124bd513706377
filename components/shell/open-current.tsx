'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { asAppError } from '@/lib/client/fetch-json'
import { useClusters } from '@/lib/client/use-clusters'
import { Failure, useDelay } from '../ui/states'
import { paths } from './paths'

/** `/`: goes to the current context's gateways; without one, offers the contexts. */
export function OpenCurrent() {
  const { data, failureReason } = useClusters()
  const router = useRouter()
  const waited = useDelay()
  const current = data?.current ?? (data?.clusters.length === 1 ? data.clusters[0]?.slug : undefined) ?? null
  useEffect(() => { if (current !== null) router.replace(paths.gateways(current)) }, [current, router])
  return (
    <main id="main" className="state">
      <h1 className="text-14 font-semibold text-ink">Meridian</h1>
      {failureReason === null ? null : <Failure message={asAppError(failureReason).message} />}
      {data && current === null ? <Contexts clusters={data.clusters} /> : waited && failureReason === null ? <p>Opening the current context</p> : null}
    </main>
  )
}

function Contexts({ clusters }: { readonly clusters: readonly { readonly slug: string; readonly context: string; readonly server: string }[] }) {
  if (clusters.length === 0) return <p>The kubeconfig has no context. Set one with <code>kubectl config use-context</code>, or start the sandbox with <code>npm run demo</code>.</p>
  return (
    <ul>
      {clusters.map((cluster) => <li key={cluster.slug}><Link className="link m" prefetch={false} href={paths.gateways(cluster.slug)}>{cluster.context}</Link> <span className="small text-ink-3">{cluster.server}</span></li>)}
    </ul>
  )
}
