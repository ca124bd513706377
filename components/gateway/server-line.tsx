'use client'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { Glyph } from '../ui/glyph'
import { formatAge } from '../ui/relative-time'
import type { PodAddress } from '@/lib/client/envoy-query'
import { useEnvoy } from './use-envoy'

/** Version, state and uptime of a pod's Envoy, in one line. */
export function ServerLine({ address }: { readonly address: PodAddress }) {
  const { data } = useEnvoy(address, 'server-info', envoyReplySchemas['server-info'])
  if (data === undefined) return <div className="envoy-line text-ink-3"><span className="m">{address.pod}</span></div>
  const { version, state, uptimeSeconds, node, memory } = data.data
  return (
    <div className="envoy-line">
      <span className="m">{address.pod}</span>
      <span className="row"><Glyph shape={state === 'LIVE' ? 'ok' : 'warn'} label="" />{state}</span>
      <span><span className="label">Envoy</span> <span className="m" title={version}>{shortVersion(version)}</span></span>
      {node.istioVersion === null ? null : <span><span className="label">Istio</span> <span className="m">{node.istioVersion}</span></span>}
      <span><span className="label">up</span> <span className="m">{formatAge(uptimeSeconds * 1000)}</span></span>
      {memory === null ? null : <span><span className="label">memory</span> <span className="m">{Math.round(memory.allocated / 1048576)} MiB</span></span>}
    </div>
  )
}

/** Envoy's version is `<commit>/<version>/<state of the tree>/<build>/<TLS library>`. */
function shortVersion(version: string): string {
  return version.split('/')[1] ?? version
}
