/** One gateway as people name it: pods of one controller that run the same Envoy configuration. */
export interface GatewayWorkload {
  readonly namespace: string
  readonly name: string
  /** The labels of its pods, as istiod sees them. */
  readonly labels: { readonly [key: string]: string }
}

/** `namespace/name`, the key of a gateway in URLs, views and the command line. */
export function gatewayKey(gateway: { readonly namespace: string; readonly name: string }): string {
  return `${gateway.namespace}/${gateway.name}`
}
