'use client'
import Link from 'next/link'
import { parseAsString, parseAsStringLiteral, useQueryState } from 'nuqs'
import { useRef } from 'react'
import { gatewayView } from '@/lib/contract/views/gateway'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import { useDeclaredFacts } from '../shell/declared-facts'
import { paths } from '../shell/paths'
import { Screen, Toolbar, TruthBar } from '../ui/bars'
import { Segmented } from '../ui/segmented'
import { Empty } from '../ui/states'
import { TextField } from '../ui/text-field'
import { useKeys } from '../ui/use-keys'
import { ViewStates } from '../ui/view-states'
import { EnvoyDump } from './envoy-dump'
import { EnvoyLevels } from './envoy-levels'
import { EnvoyCertificates } from './envoy-certificates'
import { EnvoyClusters, EnvoyListeners, EnvoyRoutes } from './envoy-lists'
import { BehindLine, PodGlyph } from './behind-line'
import { ServerLine } from './server-line'
import { usePodsBehind } from './use-envoy'
import type { PodAddress } from '@/lib/client/envoy-query'
import './gateway.css'

const tabs = ['listeners', 'routes', 'clusters', 'certificates', 'levels', 'dump'] as const
const names: Readonly<Record<(typeof tabs)[number], string>> = { listeners: 'Listeners', routes: 'Routes', clusters: 'Clusters', certificates: 'Certificates', levels: 'Log levels', dump: 'Dump' }

/** What the Envoys of one gateway really have, pod by pod, read through the closed list of admin paths. */
export function GatewayScreen({ namespace, workload, pod }: { readonly namespace: string; readonly workload: string; readonly pod: string | undefined }) {
  const cluster = useCluster()
  const view = useView(gatewayView, cluster, { namespace, name: workload })
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault('routes'))
  const [text, setText] = useQueryState('q', parseAsString.withDefault(''))
  const search = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => search.current?.focus() })
  const pods = view.data?.pods ?? []
  const chosen = pods.find((one) => one.name === pod) ?? (pod === undefined ? pods[0] : undefined)
  const address: PodAddress | undefined = chosen && { cluster, namespace, pod: chosen.name }
  const behind = usePodsBehind(pods.map((one) => ({ cluster, namespace, pod: one.name })))
  return (
    <Screen
      toolbar={(
        <Toolbar label="Gateway" className="gateway-toolbar">
          <h1 className="m cut"><span className="text-ink-3">{namespace}/</span><span className="font-semibold">{workload}</span></h1>
          <span className="vr" />
          <nav aria-label="Pods" className="row">
            {pods.map((one) => (
              <Link key={one.name} prefetch={false} className={one.name === chosen?.name ? 'row m font-semibold' : 'row m link'} aria-current={one.name === chosen?.name ? 'page' : undefined} href={`${paths.gateway(cluster, namespace, workload, one.name)}?tab=${tab}`} title={one.name}>
                <PodGlyph pod={one} behind={behind.some((other) => other.pod === one.name)} />{one.name.split('-').at(-1)}
              </Link>
            ))}
          </nav>
          <span className="ml-auto" />
          <TextField ref={search} label="Search in this pod's configuration" icon="search" hint="/" placeholder="name, host, address" value={text} onChange={(event) => void setText(event.target.value === '' ? null : event.target.value)} />
          <Segmented label="What to show" value={tab} onChange={(value) => void setTab(value)} segments={tabs.map((value) => ({ value, label: names[value] }))} />
        </Toolbar>
      )}
      truth={<TruthBar facts={[...useDeclaredFacts(view.revision), { label: 'Live', text: address === undefined ? 'no pod read' : `pod ${address.pod}, read on demand`, wide: true }]} keys={[{ keys: '/', does: 'search' }]} />}
    >
      <ViewStates view={view} rows={8}>
        {() => (address === undefined
          ? <Empty action={<Link className="link" prefetch={false} href={paths.gateways(cluster)}>All gateways</Link>}>{view.data?.pods === null ? 'There is no such gateway workload.' : pod === undefined ? 'This gateway has no pods: nothing answers for it.' : `Pod ${pod} is gone.`}</Empty>
          : (
            <div className="envoy" key={address.pod}>
              <ServerLine address={address} />
              <BehindLine behind={behind.find((one) => one.pod === address.pod)} />
              {tab === 'listeners' ? <EnvoyListeners address={address} text={text} /> : null}
              {tab === 'routes' ? <EnvoyRoutes address={address} text={text} /> : null}
              {tab === 'clusters' ? <EnvoyClusters address={address} text={text} /> : null}
              {tab === 'certificates' ? <EnvoyCertificates address={address} text={text} /> : null}
              {tab === 'levels' ? <EnvoyLevels address={address} text={text} /> : null}
              {tab === 'dump' ? <EnvoyDump address={address} /> : null}
            </div>
          ))}
      </ViewStates>
    </Screen>
  )
}
