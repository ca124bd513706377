import type { MeshConfig } from '../istio/mesh-config'

/** ProxyConfig's proxyHeaders as they shape a gateway (Istio's GetProxyHeadersFromProxyConfig, SPEC LI5). */
export interface ProxyHeaders {
  /** '' leaves Envoy's own name; the header then comes from upstream. */
  readonly serverName: string
  readonly serverPassesThrough: boolean
  readonly generatesRequestId: boolean
  readonly countsAttempts: boolean
  readonly suppressesDebugHeaders: boolean
  readonly appendsForwardedPort: boolean
  readonly preservesCase: boolean
}

/** Reads the mesh's default proxy configuration. */
export function proxyHeaders(config: MeshConfig): ProxyHeaders {
  const written = config.fields.object('defaultConfig')?.object('proxyHeaders')
  const off = (name: string): boolean => written?.object(name)?.bool('disabled') === true
  const server = written?.object('server')?.string('value') ?? ''
  return {
    serverName: off('server') ? '' : server === '' ? 'istio-envoy' : server,
    serverPassesThrough: off('server'),
    generatesRequestId: !off('requestId'),
    countsAttempts: !off('attemptCount'),
    suppressesDebugHeaders: off('envoyDebugHeaders'),
    appendsForwardedPort: written?.object('xForwardedPort')?.bool('enabled') === true,
    preservesCase: written?.bool('preserveHttp1HeaderCase') === true,
  }
}
