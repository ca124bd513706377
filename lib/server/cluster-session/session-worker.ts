import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { editRequestSchema } from '@/lib/contract/edit'
import { loggingRequestSchema } from '@/lib/contract/envoy'
import { previewRequestSchema } from '@/lib/contract/preview'
import { listContexts } from '@/lib/kube/contexts'
import { kubeconfigCredentials } from '@/lib/kube/credentials'
import { createPortForwarder } from '@/lib/kube/port-forward'
import { createTransport } from '@/lib/kube/transport'
import { getObject } from '@/lib/mesh/snapshot'
import { createAdminReader } from '../envoy-admin/admin-reader'
import { requireGatewayPod } from '../envoy-admin/gateway-pod'
import { explainLive } from '../envoy-admin/explain-live'
import { readLive } from '../envoy-admin/read-live'
import { createLogLevels } from '../envoy-admin/log-levels'
import { readEnvoy } from '../envoy-admin/read-envoy'
import { applyEdit } from './apply-edit'
import { startClusterSession } from './cluster-session'
import { encodeJson, errorBody } from './encode'
import { createLogTopics } from './log-topics'
import type { FromSession, SessionCall, SessionStart, ToSession } from './protocol'
import '../schema-words'
import { previewDrafts } from './preview-drafts'
import { readObject } from './read-object'
import { createSchemaSource } from './read-schema'
import { createTopics } from './topics'
import { viewModules } from './view-registry'

/** The worker's own port; there is none where this is not run as one. */
function requirePort(port: MessagePort | null): MessagePort {
  if (port === null) throw new Error('session-worker is started as a worker thread')
  return port
}

/** Guarantee: the HTTP thread's session-client starts this worker with exactly a SessionStart. */
function startOf(data: unknown): SessionStart {
  return data as SessionStart
}

const port = requirePort(parentPort)
const { slug, source, stateFolder } = startOf(workerData)
const context = listContexts(source).contexts.find((one) => one.slug === slug)
if (!context) throw new Error(`the kubeconfig has no context for ${slug}`)
const transport = createTransport(kubeconfigCredentials({ ...source, context: context.context }))
const schemas = createSchemaSource(transport)
const reader = createAdminReader(createPortForwarder(transport))
const levels = createLogLevels({ reader, slug, folder: stateFolder })
const running = new Map<number, AbortController>()
let environment: string | null | undefined
let resumed = false

const send = (message: FromSession): void => {
  if (message.kind === 'reply') port.postMessage(message, [message.bytes.buffer])
  else port.postMessage(message)
}

const session = startClusterSession({
  slug, context: context.context, namespace: context.namespace, transport,
  onState: () => {
    const now = session.facts().cluster.environment
    if (now !== environment) {
      environment = now
      send({ kind: 'facts', environment: now })
    }
    if (!resumed && session.ready()) {
      resumed = true
      levels.resume((namespace, pod) => getObject(session.state().snapshot, 'pods', namespace, pod) !== undefined).catch(() => undefined)
    }
    topics.renew()
    logs.renew()
  },
})
const topics = createTopics({ epoch: session.epoch, views: viewModules, state: () => session.state(), ready: () => session.ready(), send })
const logs = createLogTopics({ transport, state: () => session.state(), send })

async function answer(call: SessionCall, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  switch (call.method) {
    case 'view': return topics.read(call.view, call.params)
    case 'object': return encodeJson(await readObject(transport, call, signal))
    case 'edit': return encodeJson(await applyEdit(transport, editRequestSchema.parse(call.body), signal))
    case 'schema': return encodeJson(await schemas.read(call.kind, signal))
    case 'envoy':
      requireGatewayPod(session.state(), call.namespace, call.pod)
      return encodeJson(await readEnvoy(reader, call))
    case 'explain': {
      const state = session.state()
      requireGatewayPod(state, call.namespace, call.pod)
      return encodeJson(await explainLive(reader, { snapshot: state.snapshot, gateways: state.gateways(), ...call }))
    }
    case 'live': {
      const state = session.state()
      requireGatewayPod(state, call.namespace, call.pod)
      return encodeJson(await readLive(reader, state, call))
    }
    case 'logging':
      requireGatewayPod(session.state(), call.namespace, call.pod)
      return encodeJson(call.body === null ? await levels.read(call.namespace, call.pod) : await levels.change(call.namespace, call.pod, loggingRequestSchema.parse(call.body)))
    case 'preview':
      return encodeJson(await previewDrafts({ state: session.state(), facts: session.facts(), schemas, request: previewRequestSchema.parse(call.body), signal }))
  }
}

async function serve(id: number, call: SessionCall): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  try {
    send({ kind: 'reply', id, bytes: await answer(call, controller.signal) })
  } catch (error) {
    send({ kind: 'failure', id, error: errorBody(error) })
  } finally {
    running.delete(id)
  }
}

port.on('message', (message: ToSession) => {
  switch (message.kind) {
    case 'call': return void serve(message.id, message.call)
    case 'abort': return running.get(message.id)?.abort()
    case 'subscribe': return message.view === 'logs' ? logs.subscribe(message) : topics.subscribe(message)
    case 'unsubscribe': return logs.unsubscribe(message.topic) ? undefined : topics.unsubscribe(message.topic)
    case 'stop':
      logs.stop()
      return void levels.stop().finally(() => { reader.stop(); return session.stop() }).finally(() => port.close())
  }
})
