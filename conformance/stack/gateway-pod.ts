import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@/lib/std/json'
import type { Binaries } from '../build/binaries'
import { startDaemon, type Daemon } from '../process/daemon'
import { freePort } from '../process/ports'
import { waitFor } from '../process/wait-for'
import { openCriLog, type CriLog } from './cri-log'
import { status } from './istiod'
import type { KubeClient } from './kube-client'
import { kwokObjects } from './kwok'
import { plainFeatures } from '../judge'

/** A gateway workload whose pods are pilot-agent and Envoy. */
export interface GatewayDeployment {
  readonly namespace: string
  /** The Deployment's name; the pods' names begin with it. */
  readonly name: string
  readonly serviceAccount: string
  readonly labels: Readonly<Record<string, string>>
  /** The pod template's spec. */
  readonly podSpec: JsonObject
  /** Owner of the pods. */
  readonly owner: JsonObject
}

/** A running gateway pod. */
export interface GatewayPod {
  readonly name: string
  readonly namespace: string
  readonly deployment: GatewayDeployment
  readonly adminPort: number
  readonly daemon: Daemon
  readonly log: CriLog
}

/** What every gateway pod is started with. */
export interface GatewayContext {
  readonly binaries: Binaries
  readonly folder: string
  readonly client: KubeClient
  readonly secureGrpcPort: number
  readonly node: string
}

/** Creates the pod, waits until kwok runs it, starts its processes and waits until Envoy is ready. */
export async function startGatewayPod(context: GatewayContext, deployment: GatewayDeployment, name: string, started: (daemon: Daemon) => void): Promise<GatewayPod> {
  const { client, folder, binaries } = context
  const { namespace } = deployment
  const [adminPort, statusPort, readinessPort, prometheusPort] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const log = openCriLog(join(folder, 'pods', `${namespace}_${name}`, 'istio-proxy', '0.log'))
  for (const object of kwokObjects({ namespace, name }, log.file, { 15000: adminPort, 15020: statusPort, 15021: readinessPort, 15090: prometheusPort })) await client.apply(object)
  await client.apply(podObject(context, deployment, name))
  const ip = await waitFor(`pod ${name}'s address`, async () => podIp(await client.call('GET', `/api/v1/namespaces/${namespace}/pods/${name}`)))
  const cwd = join(folder, 'pods', `${namespace}_${name}`, 'root')
  await writeAgentFiles(context, deployment, cwd)
  const localhost = `localhost:${context.secureGrpcPort}`
  const daemon = startDaemon({
    name, command: binaries.agent, cwd, fifos: cwd, onLine: (stream, line) => log.write(stream, line),
    args: ['proxy', 'router', '--domain', `${namespace}.svc.cluster.local`, '--proxyLogLevel=warning', '--proxyComponentLogLevel=misc:error', '--log_output_level=default:info'],
    env: {
      ...plainFeatures,
      POD_NAME: name, POD_NAMESPACE: namespace, INSTANCE_IP: ip, SERVICE_ACCOUNT: deployment.serviceAccount, CA_ADDR: localhost, JWT_POLICY: 'third-party-jwt', PILOT_CERT_PROVIDER: 'istiod',
      ISTIO_META_CLUSTER_ID: 'Kubernetes', ISTIO_META_ISTIO_VERSION: '1.31.0', ISTIO_META_WORKLOAD_NAME: deployment.name, ISTIO_META_MESH_ID: 'cluster.local', ISTIO_META_NODE_NAME: context.node,
      ISTIO_META_OWNER: `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${deployment.name}`,
      ENVOY_STATUS_PORT: String(readinessPort), ENVOY_PROMETHEUS_PORT: String(prometheusPort), TRUST_DOMAIN: 'cluster.local',
      PROXY_CONFIG: JSON.stringify({
        discoveryAddress: localhost, binaryPath: binaries.envoy, proxyBootstrapTemplatePath: binaries.envoyBootstrap, proxyAdminPort: adminPort, statusPort,
        configPath: './etc/istio/proxy', concurrency: 1, terminationDrainDuration: '1s',
      }),
    },
  })
  started(daemon)
  const dead = daemon.exited.then((why) => { throw new Error(`gateway pod ${name} ended (${why}); see ${log.file}`) })
  dead.catch(() => {})
  await Promise.race([dead, waitFor(`readiness of gateway pod ${name}`, async () => await status(readinessPort, '/healthz/ready') === 200 ? true : undefined, { seconds: 90 })])
  return { name, namespace, deployment, adminPort, daemon, log }
}

/** Ends the pod's processes as a kubelet does, and takes the pod and kwok's objects away. */
export async function deleteGatewayPod(context: GatewayContext, pod: GatewayPod): Promise<void> {
  const { client } = context
  await client.call('DELETE', `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}`)
  await pod.daemon.stop({ grace: 8000 })
  pod.log.close()
  for (const plural of ['logs', 'portforwards']) await client.call('DELETE', `/apis/kwok.x-k8s.io/v1alpha1/namespaces/${pod.namespace}/${plural}/${pod.name}`)
}

async function writeAgentFiles(context: GatewayContext, deployment: GatewayDeployment, cwd: string): Promise<void> {
  const { client } = context
  const { namespace, serviceAccount } = deployment
  for (const part of ['var/run/secrets/tokens', 'var/run/secrets/istio', 'etc/istio/pod', 'etc/istio/proxy']) mkdirSync(join(cwd, part), { recursive: true })
  const root = await waitFor(`ConfigMap istio-ca-root-cert in ${namespace}`, async () => rootCertificate(await client.call('GET', `/api/v1/namespaces/${namespace}/configmaps/istio-ca-root-cert`)))
  const { status: code, body } = await client.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`, {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['istio-ca'], expirationSeconds: 30 * 86_400 },
  })
  if (code >= 300) throw new Error(`token of ${namespace}/${serviceAccount}: ${code} ${String(body['message'])}`)
  writeFileSync(join(cwd, 'var/run/secrets/istio/root-cert.pem'), root)
  writeFileSync(join(cwd, 'var/run/secrets/tokens/istio-token'), text(body['status'], 'token'), { mode: 0o600 })
  writeFileSync(join(cwd, 'etc/istio/pod/labels'), Object.entries(deployment.labels).map(([key, value]) => `${key}=${JSON.stringify(value)}\n`).join(''))
  writeFileSync(join(cwd, 'etc/istio/pod/annotations'), '')
}

function podObject(context: GatewayContext, deployment: GatewayDeployment, name: string): JsonObject {
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { name, namespace: deployment.namespace, labels: { ...deployment.labels }, ownerReferences: [deployment.owner], annotations: { 'istio.io/rev': 'default', 'sidecar.istio.io/inject': 'false' } },
    spec: { ...deployment.podSpec, nodeName: context.node, serviceAccountName: deployment.serviceAccount, terminationGracePeriodSeconds: 1 },
  }
}

function podIp({ body }: { readonly body: JsonObject }): string | undefined {
  return text(body['status'], 'podIP') || undefined
}

/** The mesh's root certificate in a reply with ConfigMap istio-ca-root-cert, undefined while there is none. */
export function rootCertificate({ body }: { readonly body: JsonObject }): string | undefined {
  return text(body['data'], 'root-cert.pem') || undefined
}

function text(object: unknown, key: string): string {
  if (typeof object !== 'object' || object === null) return ''
  const value: unknown = Object.entries(object).find(([name]) => name === key)?.[1]
  return typeof value === 'string' ? value : ''
}
