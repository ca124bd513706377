import type { Json, JsonObject } from '@/lib/std/json'
import { formatDuration, parseDuration } from '../istio/duration'
import type { MeshConfig } from '../istio/mesh-config'
import type { MeshServicePort } from './mesh-service'
import { isHttp, isHttp2 } from './protocol'
import type { EffectivePolicy } from './traffic-policy'

/** How a cluster speaks HTTP: HTTP/1.1 unsaid, HTTP/2, or whatever the client spoke. */
export type UpstreamProtocol = 'unset' | 'http1' | 'http2' | 'downstream'

/** Istio's setUpstreamProtocol, applyH2Upgrade (not where the case of HTTP/1 headers is kept: setH2Options) and useClientProtocol (SPEC CL3). */
export function upstreamProtocol(port: MeshServicePort, policy: EffectivePolicy, config: MeshConfig): UpstreamProtocol {
  const http = policy.pool?.object('http')
  if (http?.bool('useClientProtocol') === true) return 'downstream'
  if (isHttp2(port.protocol)) return 'http2'
  if (preservesCase(port, config)) return 'http1'
  return upgraded(port, http?.string('h2UpgradePolicy'), config) ? 'http2' : 'unset'
}

function upgraded(port: MeshServicePort, written: string | undefined, config: MeshConfig): boolean {
  if (written === 'UPGRADE') return true
  if (written === 'DO_NOT_UPGRADE') return false
  return isHttp(port.protocol) && config.fields.string('h2UpgradePolicy') === 'UPGRADE'
}

function preservesCase(port: MeshServicePort, config: MeshConfig): boolean {
  if (!isHttp(port.protocol) && port.protocol !== 'Unsupported') return false
  return config.fields.object('defaultConfig')?.object('proxyHeaders')?.bool('preserveHttp1HeaderCase') === true
}

/** Header names keep the case in which they were written. */
export const preserveCase: JsonObject = {
  header_key_format: { stateful_formatter: { name: 'preserve_case', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig' } } },
}

/** The HttpProtocolOptions of a cluster; {} when it needs none. `upstream` is what TLS adds (auto SNI). */
export function httpProtocolOptions(at: { readonly port: MeshServicePort; readonly policy: EffectivePolicy; readonly config: MeshConfig; readonly upstream: JsonObject }): JsonObject {
  const { policy } = at
  const protocol = upstreamProtocol(at.port, policy, at.config)
  const common = commonOptions(policy)
  if (protocol === 'unset' && common === undefined && Object.keys(at.upstream).length === 0) return {}
  const http1: JsonObject = preservesCase(at.port, at.config) && !isHttp2(at.port.protocol) ? preserveCase : {}
  return {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        ...(common === undefined ? {} : { common_http_protocol_options: common }),
        ...(Object.keys(at.upstream).length === 0 ? {} : { upstream_http_protocol_options: at.upstream }),
        ...(protocol === 'downstream' ? { use_downstream_protocol_config: { http_protocol_options: http1, http2_protocol_options: {} } } : { explicit_http_config: protocol === 'http2' ? { http2_protocol_options: http2(policy) } : { http_protocol_options: http1 } }),
      },
    },
  }
}

/** undefined: nothing written that makes it; {} when only HTTP/2 settings are. */
function commonOptions(policy: EffectivePolicy): JsonObject | undefined {
  const [http, tcp] = [policy.pool?.object('http'), policy.pool?.object('tcp')]
  const idle = parseDuration(http?.string('idleTimeout')) ?? parseDuration(tcp?.string('idleTimeout'))
  const age = parseDuration(tcp?.string('maxConnectionDuration'))
  const requests = http?.int('maxRequestsPerConnection') ?? 0
  if (idle === undefined && age === undefined && requests <= 0 && (http?.int('maxConcurrentStreams') ?? 0) <= 0 && !http?.object('http2KeepAlive')) return undefined
  return {
    ...(idle === undefined ? {} : { idle_timeout: formatDuration(idle) }),
    ...(requests <= 0 ? {} : { max_requests_per_connection: requests }),
    ...(age === undefined ? {} : { max_connection_duration: formatDuration(age) }),
  }
}

function http2(policy: EffectivePolicy): Json {
  const http = policy.pool?.object('http')
  const streams = http?.int('maxConcurrentStreams') ?? 0
  const keepalive = http?.object('http2KeepAlive')
  const time = (key: string): JsonObject => {
    const value = parseDuration(keepalive?.string(key))
    return value === undefined ? {} : { [key]: formatDuration(value) }
  }
  return { ...(streams <= 0 ? {} : { max_concurrent_streams: streams }), ...(keepalive ? { connection_keepalive: { ...time('interval'), ...time('timeout') } } : {}) }
}
