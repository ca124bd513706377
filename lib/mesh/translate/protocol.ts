/** A port's protocol as Istio's protocol.Instance names it. */
export type Protocol = 'HTTP' | 'HTTP2' | 'GRPC' | 'GRPC-Web' | 'HTTP_PROXY' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP' | 'Mongo' | 'MySQL' | 'Redis' | 'HBONE' | 'Unsupported'

const names: Readonly<Record<string, Protocol>> = {
  tcp: 'TCP', udp: 'UDP', grpc: 'GRPC', 'grpc-web': 'GRPC-Web', http: 'HTTP', http2: 'HTTP2', https: 'HTTPS', tls: 'TLS', mongo: 'Mongo', mysql: 'MySQL', redis: 'Redis', http_proxy: 'HTTP_PROXY', 'double-hbone': 'Unsupported', hbone: 'HBONE',
}

/** Istio's protocol.Parse: case does not count; what it does not know is Unsupported. */
export function parseProtocol(text: string): Protocol {
  const key = text.toLowerCase()
  return (Object.hasOwn(names, key) ? names[key] : undefined) ?? 'Unsupported'
}

/** Ports that Istio takes for TCP where nothing says a protocol: SMTP, DNS, MySQL, MongoDB. */
const wellKnownPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017])

/** Istio's kube.ConvertProtocol: UDP as declared, then the first part of appProtocol, or without one of the port's name. */
export function serviceProtocol(port: { readonly name: string; readonly protocol: string; readonly appProtocol: string | undefined; readonly port: number }): Protocol {
  if (port.protocol === 'UDP') return 'UDP'
  if (port.appProtocol !== undefined) {
    if (port.appProtocol === 'kubernetes.io/h2c') return 'HTTP2'
    if (port.appProtocol === 'kubernetes.io/ws') return 'HTTP'
    if (port.appProtocol === 'kubernetes.io/wss') return 'HTTPS'
  }
  const name = port.appProtocol ?? port.name
  if (name.toLowerCase().startsWith('grpc-web')) return 'GRPC-Web'
  const dash = name.indexOf('-')
  const named = parseProtocol(dash < 0 ? name : name.slice(0, dash))
  return named === 'Unsupported' && wellKnownPorts.has(port.port) ? 'TCP' : named
}

/** Istio's Instance.IsHTTP: protocols that an HTTP connection manager serves without TLS. */
export function isHttp(protocol: Protocol): boolean {
  return protocol === 'HTTP' || protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web' || protocol === 'HTTP_PROXY'
}

/** Istio's Instance.IsHTTP2. */
export function isHttp2(protocol: Protocol): boolean {
  return protocol === 'HTTP2' || protocol === 'GRPC' || protocol === 'GRPC-Web'
}
