'use client'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { objectsAt, textAt } from '@/lib/mesh/gateway-list/read-json'
import { Glyph } from '../ui/glyph'
import { EnvoyPanel, Found } from './envoy-panel'
import { actionWords, asObject, chainWords, filterWords, listenerAddress, matchWords } from './envoy-words'
import { useEnvoy, type PodAddress } from './use-envoy'

interface ListProps {
  readonly address: PodAddress
  readonly text: string
}

/** Listeners with their filter chains. */
export function EnvoyListeners({ address, text }: ListProps) {
  return (
    <EnvoyPanel title="Listeners" reading={useEnvoy(address, 'listeners', envoyReplySchemas.listeners)}>
      {({ data }) => (
        <Found items={data.listeners} text={text} what="listeners" words={(listener) => `${listener.name} ${JSON.stringify(listener.config)}`}>
          {(listener) => {
            const config = asObject(listener.config)
            const chains = objectsAt(config, 'filter_chains')
            return (
              <details key={listener.name}>
                <summary><State state={listener.state} error={listener.error} /><span className="m font-semibold">{listener.name}</span><span className="m text-ink-2">{listenerAddress(config)}</span><span className="ml-auto small text-ink-3">{chains.length} {chains.length === 1 ? 'chain' : 'chains'}</span></summary>
                {chains.map((chain, index) => <div key={index} className="envoy-row"><span className="m cut first" title={chainWords(chain)}>{chainWords(chain)}</span><span className="m cut second text-ink-3" title={filterWords(chain)}>{filterWords(chain)}</span></div>)}
              </details>
            )
          }}
        </Found>
      )}
    </EnvoyPanel>
  )
}

/** Route configurations, their virtual hosts, and each one's routes in Envoy's order. */
export function EnvoyRoutes({ address, text }: ListProps) {
  return (
    <EnvoyPanel title="Route configurations" reading={useEnvoy(address, 'routes', envoyReplySchemas.routes)}>
      {({ data }) => {
        const hosts = data.routeConfigurations.flatMap((configuration) => objectsAt(asObject(configuration.config), 'virtual_hosts').map((host) => ({ configuration, host })))
        return (
          <Found items={hosts} text={text} what="virtual hosts" words={({ configuration, host }) => `${configuration.name} ${JSON.stringify(host)}`}>
            {({ configuration, host }) => {
              const name = textAt(host, 'name') ?? ''
              const routes = objectsAt(host, 'routes')
              return (
                <details key={`${configuration.name} ${name}`}>
                  <summary><State state={configuration.state} error={configuration.error} /><span className="m font-semibold">{name}</span><span className="small text-ink-3">{configuration.name}</span><span className="ml-auto small text-ink-3">{routes.length} {routes.length === 1 ? 'route' : 'routes'}</span></summary>
                  {routes.map((route, index) => <div key={index} className="envoy-row"><span className="m text-ink-3">{index + 1}</span><span className="m cut first" title={matchWords(route)}>{matchWords(route)}</span><span className="m cut second text-ink-2" title={actionWords(route)}>{actionWords(route)}</span></div>)}
                </details>
              )
            }}
          </Found>
        )
      }}
    </EnvoyPanel>
  )
}

/** Clusters with their endpoints and their health. */
export function EnvoyClusters({ address, text }: ListProps) {
  return (
    <EnvoyPanel title="Clusters" reading={useEnvoy(address, 'clusters', envoyReplySchemas.clusters)}>
      {({ data }) => (
        <Found items={data.clusters} text={text} what="clusters" words={(cluster) => `${cluster.name} ${cluster.endpoints.map((endpoint) => endpoint.address).join(' ')}`}>
          {(cluster) => {
            const healthy = cluster.endpoints.filter((endpoint) => endpoint.healthy).length
            const ill = healthy < cluster.endpoints.length
            return (
              <details key={cluster.name}>
                <summary><State state={cluster.state} error={cluster.error} /><span className="m font-semibold">{cluster.name}</span><span className={ill ? 'ml-auto m text-warn' : 'ml-auto m text-ink-2'}>{healthy}/{cluster.endpoints.length}</span></summary>
                {cluster.endpoints.map((endpoint) => (
                  <div key={`${endpoint.address}:${endpoint.port ?? ''}`} className="envoy-row">
                    <Glyph shape={endpoint.healthy ? 'ok' : 'warn'} />
                    <span className="m first cut">{endpoint.address}{endpoint.port === null ? '' : `:${endpoint.port}`}</span>
                    <span className="small text-ink-3 second cut">{[endpoint.health, ...endpoint.flags].join(', ')}; weight {endpoint.weight}; {endpoint.requests} requests, {endpoint.errors} errors</span>
                  </div>
                ))}
              </details>
            )
          }}
        </Found>
      )}
    </EnvoyPanel>
  )
}

/** Certificates that Envoy has loaded, with what is left of them. */
export function EnvoyCertificates({ address, text }: ListProps) {
  return (
    <EnvoyPanel title="Certificates" reading={useEnvoy(address, 'certs', envoyReplySchemas.certs)}>
      {({ data }) => (
        <Found items={data.chains.flatMap((entry) => [...entry.chain.map((one) => ({ one, role: 'chain' })), ...entry.ca.map((one) => ({ one, role: 'authority' }))])} text={text} what="certificates" words={({ one }) => `${one.subjectAltNames.join(' ')} ${one.serial} ${one.path}`}>
          {({ one, role }) => (
            <div key={`${role} ${one.serial} ${one.path}`} className="envoy-row">
              <Glyph shape={one.daysLeft < 0 ? 'bad' : one.daysLeft < 14 ? 'warn' : 'ok'} />
              <span className="m first cut" title={one.subjectAltNames.join(', ')}>{one.subjectAltNames.join(', ') || one.serial}</span>
              <span className="small text-ink-3 second cut">{role}, {one.path}</span>
              <span className={one.daysLeft < 14 ? 'm text-warn' : 'm text-ink-2'} title={one.expires}>{one.daysLeft} d</span>
            </div>
          )}
        </Found>
      )}
    </EnvoyPanel>
  )
}

function State({ state, error }: { readonly state: string; readonly error: string | null }) {
  if (error !== null || state === 'error') return <span title={error ?? state}><Glyph shape="bad" label={error ?? 'rejected'} /></span>
  return state === 'warming' || state === 'draining' ? <span className="small text-warn">{state}</span> : null
}
