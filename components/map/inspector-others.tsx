'use client'
import { ButtonLink } from '@/components/ui/button'
import { Fact, Facts, Inspector, Section } from '@/components/ui/panel'
import { paths } from '@/components/shell/paths'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import { hostTitle, ruleKey } from '@/lib/mesh/graph/map-keys'
import { codeEntry } from '@/lib/mesh/analyse/codes'
import type { MapDestination, MapEntry, MapServer, MapTrouble } from '@/lib/mesh/graph/model'
import type { ResourceRef } from '@/lib/mesh/resource'
import { ObjectLink } from './inspector-parts'
import { LiveSection } from './live/live-mark'
import { count, entryTitle, isShort, podsText, serverNote, troubleText, wholeName } from './map-words'

const sourcesShown = 40

/** A destination: its whole host, its pods, and every rule that leads to it. */
export function DestinationInspector({ cluster, index, destination, onPin, onClose }: { readonly cluster: string; readonly index: GraphIndex; readonly destination: MapDestination; readonly onPin: (key: string) => void; readonly onClose: () => void }) {
  const sources = index.sources.get(destination.id) ?? []
  return (
    <Inspector label={`Destination ${destination.label}`} title={<span className="m">{destination.label}</span>} subtitle={<span className="m">{wholeName(destination)}</span>} onClose={onClose} actions={<Yaml cluster={cluster} resource={destination.resource} />}>
      <section className="section">
        <Facts>
          {destination.resource ? <Fact label="From"><ObjectLink cluster={cluster} resource={destination.resource} /> <span className="text-ink-3">{destination.resource.kind}</span></Fact> : null}
          <Fact label="Pods"><span className={isShort(destination) ? 'text-warn' : undefined}>{podsText(destination) || 'not known'}</span></Fact>
          {destination.trouble ? <Fact label="State"><TroubleWords trouble={destination.trouble} /></Fact> : null}
        </Facts>
      </section>
      <Section title="Sent here by" aside={count(sources.length, 'rule')}>
        {sources.slice(0, sourcesShown).map(({ host, rule }) => {
          const found = index.hosts.get(host)
          return <div key={`${host} ${rule ?? ''}`}><button type="button" className="link m" onClick={() => onPin(rule === null ? `host:${host}` : ruleKey(host, rule))}>{found ? hostTitle(found) : host}{rule === null ? '' : ` rule ${rule}`}</button></div>
        })}
        {sources.length > sourcesShown ? <div className="small text-ink-3">and {sources.length - sourcesShown} more</div> : null}
      </Section>
      <LiveSection at={`to:${destination.id}`} />
    </Inspector>
  )
}

/** What is wrong, by the worst of it: `IST0162 Port not on the Service, 1 warning`. */
function TroubleWords({ trouble }: { readonly trouble: MapTrouble }) {
  return <span className={trouble.errors > 0 ? 'text-bad' : 'text-warn'}>{trouble.code} {codeEntry(trouble.code)?.title ?? ''}, {troubleText(trouble)}</span>
}

/** A server of a Gateway: what it declares. */
export function ServerInspector({ cluster, server, onClose }: { readonly cluster: string; readonly server: MapServer; readonly onClose: () => void }) {
  return (
    <Inspector label={`Server ${server.name}`} title={<>{server.protocol} <span className="m">:{server.port}</span></>} subtitle={serverNote(server)} onClose={onClose} actions={<Yaml cluster={cluster} resource={server.resource} />}>
      <section className="section">
        <Facts>
          <Fact label="Hosts">{server.hosts.map((host) => <div key={host} className="m">{host}</div>)}</Fact>
          {server.tlsMode === null ? null : <Fact label="TLS">{server.tlsMode}{server.certificate === null ? '' : <>, certificate <span className="m">{server.certificate}</span></>}</Fact>}
          <Fact label="Opens">{count(server.hostCount, 'host')}</Fact>
          <Fact label="From"><ObjectLink cluster={cluster} resource={server.resource} /> <span className="m text-ink-3">{server.path}</span></Fact>
          {server.trouble ? <Fact label="State"><TroubleWords trouble={server.trouble} /></Fact> : null}
        </Facts>
      </section>
      <LiveSection at={`server:${server.id}`} />
    </Inspector>
  )
}

/** A port of the gateway's Service, and the servers behind it. */
export function EntryInspector({ cluster, index, entry, onPin, onClose }: { readonly cluster: string; readonly index: GraphIndex; readonly entry: MapEntry; readonly onPin: (key: string) => void; readonly onClose: () => void }) {
  return (
    <Inspector label={`Entry port ${entry.port}`} title={<span className="m">{entryTitle(entry)}</span>} subtitle={entry.name} onClose={onClose} actions={<Yaml cluster={cluster} resource={entry.service} />}>
      <section className="section">
        <Facts>
          <Fact label="From">{entry.service ? <><ObjectLink cluster={cluster} resource={entry.service} /> <span className="text-ink-3">Service</span></> : <span className="text-warn">no Service leads to this port of the pods</span>}</Fact>
          {entry.nodePort === null ? null : <Fact label="Node"><span className="m">{entry.nodePort}</span> <span className="text-ink-3">nodePort</span></Fact>}
          <Fact label="To">{entry.servers.length === 0 ? <span className="text-ink-3">no server of a Gateway listens here</span> : entry.servers.map((id) => <div key={id}><button type="button" className="link m" onClick={() => onPin(`server:${id}`)}>{index.servers.get(id)?.hosts.join(', ') ?? id}</button></div>)}</Fact>
        </Facts>
      </section>
    </Inspector>
  )
}

function Yaml({ cluster, resource }: { readonly cluster: string; readonly resource: ResourceRef | null }) {
  const href = resource ? paths.object(cluster, resource) : undefined
  return href === undefined ? null : <ButtonLink href={href} hint="y">YAML</ButtonLink>
}
