/** What the end-to-end tests need beyond the Kubernetes API; one implementation for the sandbox, one for the real control plane. */
export interface ClusterHarness {
  readonly name: 'sandbox' | 'real'
  /** A kubeconfig file for a user: admin, editor (of namespace shop), viewer, nologs. */
  kubeconfigFor(user: 'admin' | 'editor' | 'viewer' | 'nologs'): Promise<string>
  /** Addresses on which the gateways answer, as `127.0.0.1:port`. */
  readonly exposure: { readonly http: string; readonly https: string; readonly mysql: string }
  /** Sends GET requests to the exposure and counts the answers by the backend's own name (header x-backend, `service-version`). */
  sendRequests(request: { readonly host: string; readonly path: string; readonly count: number; readonly headers?: Readonly<Record<string, string>> }): Promise<ReadonlyMap<string, number>>
  /** Deletes one gateway pod and has another in its place, with a new name. Resolves to the new pod's name. */
  replaceGatewayPod(name: string): Promise<string>
  /** Rotates the log file of a pod as a kubelet does. */
  rotateLog(pod: string): Promise<void>
  /** How many port-forwards to pods the API server has let through since it started: the only way to an Envoy's admin port. */
  portForwards(): Promise<number>
  /** Kills the API server (connections die) until startApi. */
  stopApi(): Promise<void>
  startApi(): Promise<void>
  close(): Promise<void>
}
