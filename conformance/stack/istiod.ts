import { mkdirSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import type { JsonObject } from '@/lib/std/json'
import type { Binaries } from '../build/binaries'
import { startDaemon, type Daemon } from '../process/daemon'
import { waitFor } from '../process/wait-for'
import type { CriLog } from './cri-log'
import { plainFeatures } from '../judge'


/** istiod's ports. */
export interface IstiodPorts {
  readonly http: number
  readonly grpc: number
  readonly secureGrpc: number
  readonly https: number
  readonly monitoring: number
  readonly ctrlz: number
}

/** Starts istiod and waits until it is ready to serve proxies. */
export async function startIstiod(options: { readonly binaries: Binaries; readonly folder: string; readonly ports: IstiodPorts; readonly kubeconfig: string; readonly podName: string; readonly log: CriLog; readonly started: (daemon: Daemon) => void }): Promise<void> {
  const { ports } = options
  const cwd = join(options.folder, 'istiod')
  mkdirSync(cwd, { recursive: true })
  const local = (port: number) => `127.0.0.1:${port}`
  const daemon = startDaemon({
    name: 'istiod', command: options.binaries.istiod, cwd, onLine: (stream, line) => options.log.write(stream, line),
    args: [
      'discovery', `--kubeconfig=${options.kubeconfig}`, `--httpAddr=${local(ports.http)}`, `--grpcAddr=${local(ports.grpc)}`, `--secureGRPCAddr=${local(ports.secureGrpc)}`,
      `--httpsAddr=${local(ports.https)}`, `--monitoringAddr=${local(ports.monitoring)}`, `--ctrlz_port=${ports.ctrlz}`, '--ctrlz_address=127.0.0.1', '--domain=cluster.local', '--keepaliveMaxServerConnectionAge=30m',
    ],
    env: {
      ...plainFeatures,
      POD_NAMESPACE: 'istio-system', POD_NAME: options.podName, SERVICE_ACCOUNT: 'istiod', CLUSTER_ID: 'Kubernetes', REVISION: 'default', PILOT_CERT_PROVIDER: 'istiod', ENABLE_LEADER_ELECTION: 'false',
      ISTIOD_CUSTOM_HOST: 'localhost', INJECTION_WEBHOOK_CONFIG_NAME: '', VALIDATION_WEBHOOK_CONFIG_NAME: '', PILOT_ENABLE_GATEWAY_API_DEPLOYMENT_CONTROLLER: 'false',
    },
  })
  options.started(daemon)
  const dead = daemon.exited.then((why) => { throw new Error(`istiod ended (${why}); see its log`) })
  dead.catch(() => {})
  await Promise.race([dead, waitFor('istiod\'s readiness', async () => await status(ports.http, '/ready') === 200 ? true : undefined, { seconds: 90 })])
}

/** The status of a GET on a local port; rejects when nothing answers. */
export function status(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = get({ host: '127.0.0.1', port, path, headers, timeout: 2000, agent: false }, (reply) => {
      reply.resume()
      resolve(reply.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error(`port ${port} does not answer`)))
  })
}

/** istiod's validating webhook, as its chart registers it but by URL. `ca` is the mesh's root certificate, PEM. */
export function validatingWebhook(port: number, ca: string): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'istio-validator-istio-system', labels: { app: 'istiod', istio: 'istiod', 'istio.io/rev': 'default' } },
    webhooks: [{
      name: 'rev.validation.istio.io',
      clientConfig: { url: `https://localhost:${port}/validate`, caBundle: Buffer.from(ca).toString('base64') },
      rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['security.istio.io', 'networking.istio.io', 'telemetry.istio.io', 'extensions.istio.io'], apiVersions: ['*'], resources: ['*'] }],
      failurePolicy: 'Fail', sideEffects: 'None', admissionReviewVersions: ['v1'],
    }],
  }
}
