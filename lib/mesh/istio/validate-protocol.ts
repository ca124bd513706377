const known = new Set(['tcp', 'udp', 'grpc', 'grpc-web', 'http', 'http_proxy', 'http2', 'https', 'tls', 'mongo', 'redis', 'mysql'])
const http = new Set(['http', 'http2', 'http_proxy', 'grpc', 'grpc-web'])
const tcp = new Set(['tcp', 'https', 'tls', 'mongo', 'redis', 'mysql'])

/** Whether Istio knows a port's protocol (protocol.Parse). */
export function isKnownProtocol(protocol: string): boolean {
  return known.has(protocol.toLowerCase())
}

/** protocol.Instance.IsHTTP: HTTP in the clear, gRPC too. */
export function isHttpProtocol(protocol: string): boolean {
  return http.has(protocol.toLowerCase())
}

/** protocol.Instance.IsTLS: HTTPS and TLS. */
export function isTlsProtocol(protocol: string): boolean {
  return ['https', 'tls'].includes(protocol.toLowerCase())
}

/** protocol.Instance.IsTCP: what is not told apart by a host, HTTPS and TLS among it. */
export function isTcpProtocol(protocol: string): boolean {
  return tcp.has(protocol.toLowerCase())
}

/** What is wrong with an optional protocol (ValidateProtocol). */
export function protocolError(protocol: string): string | undefined {
  return protocol === '' || isKnownProtocol(protocol) ? undefined : `Istio knows no protocol ${JSON.stringify(protocol)}`
}
