import type { Duplex } from 'node:stream'
import type { KubeObject } from '@/lib/mesh/resource'

/** How much of a container's log is asked for, as pods/log has it. */
export interface LogQuery {
  readonly container: string | undefined
  readonly tailLines: number | undefined
  /** RFC 3339. */
  readonly sinceTime: string | undefined
  readonly sinceSeconds: number | undefined
  readonly timestamps: boolean
  readonly follow: boolean
  readonly limitBytes: number | undefined
  readonly previous: boolean
}

/** What a kubelet does for the API server: logs and port-forwards of pods that run here. */
export interface PodRuntime {
  /** Lines with their newline; ends when the container does, the log rotates away, or the signal fires. Throws KubeError for what cannot be had. */
  logs(pod: KubeObject, query: LogQuery, signal: AbortSignal): AsyncIterable<string>
  /** A connection to a port of the pod. Throws KubeError when nothing listens. */
  connect(pod: KubeObject, port: number, signal: AbortSignal): Promise<Duplex>
}

/** What an admission webhook says of an object that is about to be stored. */
export type AdmissionVerdict = { readonly allowed: true; readonly warnings: readonly string[] } | { readonly allowed: false; readonly message: string }

/** istiod's validating webhook. `webhook` is the name in the denial. */
export interface AdmissionCheck {
  readonly webhook: string
  check(object: KubeObject): AdmissionVerdict
}

/** The sandbox's clock. */
export interface Clock {
  now(): Date
}
