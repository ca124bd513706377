import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '@/lib/std/json'
import type { Binaries } from '../build/binaries'
import type { Daemon } from '../process/daemon'
import { freePort } from '../process/ports'
import { waitFor } from '../process/wait-for'
import { apiServerCa, startApiServer, startEtcd } from './api-server'
import { customResourceDefinitions, gatewayRights, istiodObjects, nodeObject } from './base-objects'
import { openCriLog, type CriLog } from './cri-log'
import { adoptDeployment, isGatewayDeployment, podName } from './deployments'
import { deleteGatewayPod, rootCertificate, startGatewayPod, type GatewayContext, type GatewayPod } from './gateway-pod'
import { startIstiod, status, validatingWebhook } from './istiod'
import { createKubeClient, type KubeClient } from './kube-client'
import { writeKubeconfig } from './kubeconfig'
import { kwokObjects, startKwok } from './kwok'
import { openNodePort } from './node-port'
import { countRequests } from './request-metrics'
import { startShop, type ExposurePorts, type Scenario } from './scenario'
import { users, type User } from './state'
import { tokenFile, userRights } from './users'

const node = 'node-1'

/** The running control plane; it lives in the supervisor's process. */
export interface Stack {
  readonly kubeconfig: string
  readonly ports: Readonly<Record<string, number>>
  readonly exposure: { readonly http: string; readonly https: string; readonly mysql: string }
  daemons(): readonly Daemon[]
  gatewayPods(): readonly GatewayPod[]
  replaceGatewayPod(name: string): Promise<string>
  rotateLog(pod: string): void
  /** How many port-forwards the API server has let through and ended since it started, by its own metrics. */
  portForwards(): Promise<number>
  stopApi(): Promise<void>
  startApi(): Promise<void>
  close(): Promise<void>
}

/** Starts everything, in order; `say` is told each step, `changed` whenever a process begins or ends. */
export async function startStack(options: { readonly binaries: Binaries; readonly folder: string; readonly say: (line: string) => void; readonly changed: (stack: Stack) => void }): Promise<Stack> {
  const { binaries, folder, say } = options
  const targets = {
    apiserver: await freePort(16443), etcd: await freePort(), etcdPeer: await freePort(), kwok: await freePort(),
    istiodHttp: await freePort(), istiodGrpc: await freePort(), istiodXds: await freePort(), istiodWebhook: await freePort(), istiodMonitoring: await freePort(), istiodCtrlz: await freePort(),
    gatewayHttp: await freePort(8080), gatewayHttps: await freePort(8443), gatewayMysql: await freePort(3306), egress: await freePort(),
  }
  const nodes = { http: await openNodePort(30000, targets.gatewayHttp), https: await openNodePort(30443, targets.gatewayHttps), mysql: await openNodePort(30306, targets.gatewayMysql) }
  const ports = { ...targets, nodeHttp: nodes.http.port, nodeHttps: nodes.https.port, nodeMysql: nodes.mysql.port }
  const exposed: ExposurePorts = {
    http: { target: ports.gatewayHttp, node: ports.nodeHttp }, https: { target: ports.gatewayHttps, node: ports.nodeHttps }, mysql: { target: ports.gatewayMysql, node: ports.nodeMysql }, egress: ports.egress,
  }
  const tokens: Record<User | 'system', string> = { admin: token(), editor: token(), viewer: token(), nologs: token(), system: token() }
  mkdirSync(folder, { recursive: true })
  const tokensFile = join(folder, 'tokens.csv')
  writeFileSync(tokensFile, tokenFile(tokens), { mode: 0o600 })
  const kubeconfig = join(folder, 'kubeconfig')
  const systemKubeconfig = join(folder, 'kubeconfig-system')

  const daemons = new Map<string, Daemon>()
  const pods = new Map<string, GatewayPod>()
  const logs = new Map<string, CriLog>()
  const servers: Server[] = [nodes.http.server, nodes.https.server, nodes.mysql.server]
  let scenario: Scenario | undefined
  let client: KubeClient | undefined
  const api = { binaries, folder, ports, tokenFile: tokensFile, systemToken: tokens.system }
  const keep = (daemon: Daemon): Daemon => {
    daemons.set(daemon.name, daemon)
    void daemon.exited.then((why) => { say(`${daemon.name} ended (${why})`); if (daemons.get(daemon.name) === daemon) daemons.delete(daemon.name); options.changed(stack) })
    options.changed(stack)
    return daemon
  }
  const context = (): GatewayContext => ({ binaries, folder, client: connected(client), secureGrpcPort: ports.istiodXds, node })
  const startPod = async (deployment: GatewayPod['deployment'], name: string): Promise<void> => {
    const pod = await startGatewayPod(context(), deployment, name, keep)
    pods.set(name, pod)
    logs.set(name, pod.log)
  }

  const stack: Stack = {
    kubeconfig, ports,
    exposure: { http: `127.0.0.1:${ports.nodeHttp}`, https: `127.0.0.1:${ports.nodeHttps}`, mysql: `127.0.0.1:${ports.nodeMysql}` },
    daemons: () => [...daemons.values()],
    gatewayPods: () => [...pods.values()],
    async replaceGatewayPod(name) {
      const old = pods.get(name)
      if (old === undefined) throw new Error(`no gateway pod ${name}`)
      pods.delete(name)
      const next = podName(old.deployment)
      await Promise.all([deleteGatewayPod(context(), old), startPod(old.deployment, next)])
      options.changed(stack)
      return next
    },
    rotateLog(pod) {
      const log = logs.get(pod)
      if (log === undefined) throw new Error(`no log of pod ${pod}`)
      log.rotate()
    },
    async portForwards() {
      const { body } = await connected(client).call('GET', '/metrics')
      return countRequests(String(body['message']), ['resource="pods"', 'subresource="portforward"'])
    },
    async stopApi() {
      await daemons.get('kube-apiserver')?.stop({ signal: 'SIGKILL' })
    },
    async startApi() {
      if (!daemons.has('kube-apiserver')) await startApiServer(api, keep)
    },
    async close() {
      for (const server of servers) server.close()
      client?.close()
      await Promise.all([...pods.values()].map((pod) => pod.daemon.stop({ grace: 6000 })))
      for (const name of ['istiod', 'kwok', 'kube-apiserver', 'etcd']) await daemons.get(name)?.stop({ signal: name === 'kube-apiserver' ? 'SIGKILL' : 'SIGTERM', grace: 4000 })
      await Promise.all([...daemons.values()].map((daemon) => daemon.stop({ signal: 'SIGKILL' })))
      await scenario?.close()
    },
  }

  try {
    say('starting etcd and kube-apiserver')
    keep(startEtcd(api))
    await startApiServer(api, keep)
    const ca = apiServerCa(folder)
    const server = `https://127.0.0.1:${ports.apiserver}`
    writeKubeconfig(kubeconfig, { server, ca, tokens, current: 'admin' })
    for (const user of users) writeKubeconfig(`${kubeconfig}-${user}`, { server, ca, tokens, current: user })
    writeKubeconfig(systemKubeconfig, { server, ca, tokens: { ...tokens, admin: tokens.system }, current: 'admin' })
    client = createKubeClient({ port: ports.apiserver, ca, token: tokens.system })
    const { apply, call } = client

    say('installing the custom resources of Istio and the Gateway API')
    const definitions = customResourceDefinitions(binaries)
    await Promise.all(definitions.map(apply))
    await waitFor('the custom resources', async () => established(await call('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'), definitions.length), { every: 200 })
    for (const name of ['istio-system', 'shop']) await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', annotations: { 'meridian.dev/environment': 'Real control plane' } } })
    for (const object of [nodeObject(node), ...userRights()]) await apply(object)

    scenario = await startShop(exposed)
    const meshConfig = scenario.objects.find((object) => object['kind'] === 'ConfigMap' && nameOf(object) === 'istio') ?? {
      apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: 'accessLogFile: /dev/stdout\ntrustDomain: cluster.local\n' },
    }
    await apply(meshConfig)

    say('starting kwok and istiod')
    keep(startKwok({ binaries, folder, port: ports.kwok, kubeconfig: systemKubeconfig }))
    const istiodPod = 'istiod-7c9d5b8f64-x2x7k'
    const istiodLog = openCriLog(join(folder, 'pods', `istio-system_${istiodPod}`, 'discovery', '0.log'))
    logs.set(istiodPod, istiodLog)
    for (const object of [...istiodObjects(istiodPod, node), ...kwokObjects({ namespace: 'istio-system', name: istiodPod }, istiodLog.file, { 15014: ports.istiodMonitoring, 8080: ports.istiodHttp })]) await apply(object)
    await startIstiod({
      binaries, folder, kubeconfig: systemKubeconfig, podName: istiodPod, log: istiodLog, started: keep,
      ports: { http: ports.istiodHttp, grpc: ports.istiodGrpc, secureGrpc: ports.istiodXds, https: ports.istiodWebhook, monitoring: ports.istiodMonitoring, ctrlz: ports.istiodCtrlz },
    })
    const root = await waitFor('the mesh\'s root certificate', async () => rootCertificate(await call('GET', '/api/v1/namespaces/istio-system/configmaps/istio-ca-root-cert')))
    await apply(validatingWebhook(ports.istiodWebhook, root))

    say('applying the scenario')
    await applyAll(client, scenario.objects.filter((object) => !isGatewayDeployment(object) && object !== meshConfig))
    const deployments = scenario.objects.filter(isGatewayDeployment)
    for (const deployment of deployments) {
      const wanted = await adoptDeployment(client, deployment)
      for (const object of gatewayRights(wanted.gateway.namespace, wanted.gateway.serviceAccount)) await apply(object)
      say(`starting ${wanted.replicas} pods of gateway ${nameOf(deployment)}`)
      await Promise.all(Array.from({ length: wanted.replicas }, () => startPod(wanted.gateway, podName(wanted.gateway))))
    }
    const { probe } = scenario
    await waitFor(`an answer of 200 for ${probe.host}${probe.path}`, async () => await status(ports.nodeHttp, probe.path, { host: probe.host }) === 200 ? true : undefined)
    scenario.startTraffic()
    options.changed(stack)
    return stack
  } catch (error) {
    await stack.close()
    throw error
  }
}

/** Namespaces and definitions first; what is refused because something else is not there yet is tried again. */
async function applyAll(client: KubeClient, objects: readonly JsonObject[]): Promise<void> {
  const namespaces = objects.filter((object) => object['kind'] === 'Namespace')
  for (const object of namespaces) await client.apply(object)
  for (const object of objects.filter((candidate) => !namespaces.includes(candidate))) await client.apply(object)
}

function established({ body }: { readonly body: JsonObject }, count: number): true | undefined {
  const items = Array.isArray(body['items']) ? body['items'] : []
  return items.filter((item) => isJsonObject(item) && isEstablished(item)).length >= count ? true : undefined
}

function isEstablished(definition: JsonObject): boolean {
  const status = definition['status']
  const conditions = isJsonObject(status) && Array.isArray(status['conditions']) ? status['conditions'] : []
  return conditions.some((condition) => isJsonObject(condition) && condition['type'] === 'Established' && condition['status'] === 'True')
}

function nameOf(object: JsonObject): string {
  const metadata = object['metadata']
  return typeof metadata === 'object' && metadata !== null && 'name' in metadata ? String(metadata.name) : ''
}

function connected(client: KubeClient | undefined): KubeClient {
  if (client === undefined) throw new Error('the API server is not there yet')
  return client
}

function token(): string {
  return randomBytes(16).toString('hex')
}
