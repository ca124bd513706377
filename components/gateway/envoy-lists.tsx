'use client'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { objectsAt, textAt } from '@/lib/mesh/gateway-list/read-json'
import { Glyph } from '../ui/glyph'
import { EnvoyPanel, Found } from './envoy-panel'
import { actionWords, asObject, chainWords, countWords, filterWords, listenerAddress, matchWords } from './envoy-words'
import { Fold, FoldRow } from './fold'
import { OwnerLink } from './owner-link'
import { Rate, useClusterRates } from './cluster-rates'
import type { PodAddress } from '@/lib/client/envoy-query'
import { useEnvoy } from './use-envoy'

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
              <Fold key={listener.name} of={listener} context={listenerAddress(config)} aside={countWords(chains.length, 'chain')}>
                {chains.map((chain, index) => <FoldRow key={index} first={chainWords(chain)} second={filterWords(chain)} />)}
              </Fold>
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
                <Fold key={`${configuration.name} ${name}`} of={{ ...configuration, name }} context={configuration.name} aside={countWords(routes.length, 'route')}>
                  {routes.map((route, index) => <FoldRow key={index} mark={index + 1} first={matchWords(route)} second={actionWords(route)} aside={<OwnerLink cluster={address.cluster} resource={route} />} />)}
                </Fold>
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
  const reading = useEnvoy(address, 'clusters', envoyReplySchemas.clusters)
  const rateOf = useClusterRates(reading.data)
  return (
    <EnvoyPanel title="Clusters" reading={reading}>
      {({ data }) => (
        <Found items={data.clusters} text={text} what="clusters" words={(cluster) => `${cluster.name} ${cluster.endpoints.map((endpoint) => endpoint.address).join(' ')}`}>
          {(cluster) => {
            const healthy = cluster.endpoints.filter((endpoint) => endpoint.healthy).length
            const ill = healthy < cluster.endpoints.length
            return (
              <Fold key={cluster.name} of={cluster} context={<OwnerLink cluster={address.cluster} resource={asObject(cluster.config)} />} aside={<><Rate rate={rateOf(cluster.name)} /><span className={ill ? 'm text-warn' : 'm text-ink-2'} title={`${healthy} of ${cluster.endpoints.length} endpoints healthy`}>{healthy}/{cluster.endpoints.length}</span></>}>
                {cluster.endpoints.map((endpoint) => (
                  <FoldRow
                    key={`${endpoint.address}:${endpoint.port ?? ''}`} mark={<Glyph shape={endpoint.healthy ? 'ok' : 'warn'} />}
                    first={`${endpoint.address}${endpoint.port === null ? '' : `:${endpoint.port}`}`}
                    second={`${[endpoint.health, ...endpoint.flags].join(', ')}; weight ${endpoint.weight}; ${endpoint.requests} requests, ${endpoint.errors} errors`}
                  />
                ))}
              </Fold>
            )
          }}
        </Found>
      )}
    </EnvoyPanel>
  )
}
