'use client'
import Link from 'next/link'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { paths } from '../shell/paths'
import { certificateState } from '../ui/certificate-state'
import { Glyph } from '../ui/glyph'
import { mapPath, type GatewayData } from './gateway-words'
import type { LiveGateway } from './live-gateway'

/** How many of the pods have the newest configuration that one of them has. */
export function SyncCell({ live }: { readonly live: LiveGateway | undefined }) {
  if (!live || live.read === 0) return <span className="text-faint" title={live?.error?.message ?? 'not read'}>–</span>
  const good = live.read - live.behind.length
  if (live.behind.length === 0) return <span className="m text-ink-2" title={live.read < live.asked ? `${live.asked - live.read} did not answer` : 'all pods that answered have the same configuration'}>{good} of {live.asked}</span>
  return <span className="m text-warn" title={live.behind.map((pod) => `${pod.pod} has not: ${pod.resources.join(', ')}`).join('\n')}><Glyph shape="warn" label="not in sync" /> {good} of {live.asked}</span>
}

/** What is left of the certificate that ends first. */
export function CertificateCell({ live }: { readonly live: LiveGateway | undefined }) {
  const first = live?.certificate
  if (!first) return <span className="text-faint">–</span>
  const state = certificateState(first.daysLeft)
  const title = `${first.names.join(', ')}: until ${first.expires}`
  if (state === 'ok') return <span className="m text-ink-2" title={title}>{first.daysLeft} d</span>
  return <span className={state === 'bad' ? 'm text-bad' : 'm text-warn'} title={title}><Glyph shape={state} label={first.daysLeft < 0 ? 'expired' : 'ends soon'} /> {first.daysLeft} d</span>
}

/** What the Envoys say that the objects do not: findings of this moment, one line each. */
export function LiveCauses({ cluster, row, live }: { readonly cluster: string; readonly row: GatewayData; readonly live: LiveGateway }) {
  const pod = (name: string, tab: string) => `${paths.gateway(cluster, row.namespace, row.name, name)}?tab=${tab}`
  const first = live.certificate
  return (
    <>
      {live.behind.map((one) => {
        const words = one.since === null ? `pod ${one.pod} has other configuration than its siblings` : `pod ${one.pod} has not taken what its siblings got at ${one.since.slice(11, 19)}; it answers by old rules`
        const what = one.resources.join(', ')
        return (
          <div key={one.pod} className="cause">
            <Glyph shape="warn" /><span className="m text-ink-3 code">sync</span><span className="cut sentence" title={words}>{words}</span><span className="small text-ink-3 cut evidence" title={what}>{what}</span>
            <Link className="link" prefetch={false} href={pod(one.pod, 'routes')}>Open pod</Link><Link className="link second-link" prefetch={false} href={`${paths.logs(cluster)}?gateway=${encodeURIComponent(gatewayKey(row))}&q=${encodeURIComponent(one.pod)}`}>Its log lines</Link>
          </div>
        )
      })}
      {first !== null && certificateState(first.daysLeft) !== 'ok' ? (
        <div className="cause">
          <Glyph shape={certificateState(first.daysLeft)} /><span className="m text-ink-3 code">cert</span>
          <span className="cut sentence" title={first.names.join(', ')}>certificate of <span className="m">{first.names.join(', ')}</span> {first.daysLeft < 0 ? `ended on ${first.expires.slice(0, 10)}` : `ends in ${first.daysLeft} d, on ${first.expires.slice(0, 10)}`}</span>
          <span className="small text-ink-3 cut evidence" title={`as pod ${first.pod} has loaded it`}>as pod {first.pod} has loaded it</span>
          <Link className="link" prefetch={false} href={pod(first.pod, 'certificates')}>Open pod</Link><Link className="link second-link" prefetch={false} href={mapPath(cluster, row)}>Show on map</Link>
        </div>
      ) : null}
    </>
  )
}
