'use client'
import { ButtonLink } from '@/components/ui/button'
import { Fact, Facts, Inspector } from '@/components/ui/panel'
import { paths } from '@/components/shell/paths'
import { findRule, type GraphIndex } from '@/lib/mesh/graph/graph-index'
import { hostTitle, parseMapKey, ruleKey } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapHost, MapRule } from '@/lib/mesh/graph/model'
import { Conditions, Findings, ObjectLink, Targets } from './inspector-parts'
import { DestinationInspector, EntryInspector, ServerInspector } from './inspector-others'
import { LiveSection } from './live/live-mark'
import { editLink, explainLink } from './map-links'
import { markText } from './map-marks'
import { count, hostNote } from './map-words'

/** The inspector of what is pinned: a rule, a host, a destination, a server or an entry. */
export function MapInspector({ cluster, index, pin, onPin, onClose }: {
  readonly cluster: string
  readonly index: GraphIndex
  readonly pin: string
  readonly onPin: (key: string) => void
  readonly onClose: () => void
}) {
  const thing = parseMapKey(pin)
  if (!thing) return null
  const host = thing.kind === 'host' || thing.kind === 'rule' ? index.hosts.get(thing.id) : undefined
  const rule = thing.kind === 'rule' ? findRule(index, thing.id, thing.number) : undefined
  if (host && rule) return <RuleInspector cluster={cluster} index={index} host={host} rule={rule} onPin={onPin} onClose={onClose} />
  if (host) return <HostInspector cluster={cluster} index={index} host={host} onPin={onPin} onClose={onClose} />
  const destination = thing.kind === 'to' ? index.destinations.get(thing.id) : undefined
  if (destination) return <DestinationInspector cluster={cluster} index={index} destination={destination} onPin={onPin} onClose={onClose} />
  const server = thing.kind === 'server' ? index.servers.get(thing.id) : undefined
  if (server) return <ServerInspector cluster={cluster} server={server} onClose={onClose} />
  const entry = thing.kind === 'entry' ? index.entries.get(thing.id) : undefined
  return entry ? <EntryInspector cluster={cluster} index={index} entry={entry} onPin={onPin} onClose={onClose} /> : null
}

interface Common {
  readonly cluster: string
  readonly index: GraphIndex
  readonly host: MapHost
  readonly onPin: (key: string) => void
  readonly onClose: () => void
}

function RuleInspector({ cluster, index, host, rule, onPin, onClose }: Common & { readonly rule: MapRule }) {
  const object = rule.resource ? paths.object(cluster, rule.resource) : undefined
  const shadowed = (host.rules ?? []).flatMap((other) => (other.dead?.by === rule.number ? other.problems.filter((problem) => problem.code === other.dead?.code).map((problem) => ({ ...problem, rule: other.number })) : []))
  const marks = rule.marks.filter((mark) => mark.kind !== 'rewrite')
  const rewrite = rule.marks.find((mark) => mark.kind === 'rewrite')
  return (
    <Inspector
      label={`Rule ${rule.number} of ${host.name}`} mark={rule.number} title={<span className="m">{matchLabel(rule.when)}</span>}
      subtitle={<>rule of <button type="button" className="link m" onClick={() => onPin(`host:${host.id}`)}>{hostTitle(host)}</button></>} onClose={onClose}
      actions={<>
        {host.kind === 'http' ? <ButtonLink href={editLink(cluster, host, rule.number)} look="primary" hint="e">Edit</ButtonLink> : null}
        <ButtonLink href={explainLink(cluster, index, host, rule)} hint="x">Explain</ButtonLink>
        <ButtonLink href={paths.logs(cluster)} hint="l">Logs</ButtonLink>
        {object === undefined ? null : <ButtonLink href={object} hint="y">YAML</ButtonLink>}
      </>}
    >
      <section className="section">
        <Facts>
          <Fact label="When"><Conditions conditions={rule.when} /></Fact>
          <Fact label="Send">{rule.dead ? <span className="text-warn">nothing: never reached{rule.dead.by === null ? '' : <>, <button type="button" className="link" onClick={() => onPin(`rule:${host.id}#${rule.dead?.by ?? 0}`)}>by rule {rule.dead.by}</button></>}</span> : <Targets index={index} edges={rule.to} onPin={onPin} />}</Fact>
          {rewrite ? <Fact label="As">{markText(rewrite)}</Fact> : null}
          <Fact label="Also">{marks.length === 0 ? <span className="text-ink-3">no timeout, retries of the mesh</span> : marks.map(markText).join(', ')}</Fact>
          {rule.resource ? <Fact label="From"><ObjectLink cluster={cluster} resource={rule.resource} /> <span className="m text-ink-3">{rule.path}</span></Fact> : null}
          {rule.resource ? <Fact label="Owner">{rule.resource.namespace} <span className="text-ink-3">namespace</span></Fact> : null}
        </Facts>
      </section>
      <LiveSection at={ruleKey(host.id, rule.number)} />
      <Findings findings={[...rule.problems, ...shadowed]} />
    </Inspector>
  )
}

function HostInspector({ cluster, index, host, onPin, onClose }: Common) {
  const findings = host.rules?.flatMap((rule) => rule.problems.map((problem) => ({ ...problem, rule: rule.number }))) ?? []
  return (
    <Inspector
      label={`Host ${host.name}`} title={<span className="m">{hostTitle(host)}</span>} subtitle={hostNote(host) === '' ? count(host.ruleCount, 'rule') : hostNote(host)} onClose={onClose}
      actions={<>
        {host.kind === 'http' && host.ruleCount > 0 ? <ButtonLink href={editLink(cluster, host)} look="primary" hint="e">Edit</ButtonLink> : null}
        <ButtonLink href={explainLink(cluster, index, host)} hint="x">Explain</ButtonLink>
        <ButtonLink href={paths.logs(cluster)} hint="l">Logs</ButtonLink>
      </>}
    >
      <section className="section">
        <Facts>
          <Fact label="Port"><span className="m">{host.port}</span></Fact>
          <Fact label="Server">{host.servers.map((id) => {
            const server = index.servers.get(id)
            return <div key={id}><button type="button" className="link" onClick={() => onPin(`server:${id}`)}>{server ? <>{server.protocol} <span className="m">{server.hosts.join(', ')}</span></> : <span className="m">{id}</span>}</button></div>
          })}</Fact>
          <Fact label="From">{host.owners.length === 0 ? <span className="text-ink-3">no object: the gateway itself answers</span> : host.owners.map((owner) => <div key={`${owner.kind} ${owner.namespace}/${owner.name}`}><ObjectLink cluster={cluster} resource={owner} /> <span className="text-ink-3">{owner.kind}</span></div>)}</Fact>
          {host.rules === null && host.to.length > 0 ? <Fact label="Send"><Targets index={index} edges={host.to} onPin={onPin} /></Fact> : null}
        </Facts>
      </section>
      <LiveSection at={`host:${host.id}`} />
      <Findings findings={findings} />
    </Inspector>
  )
}
