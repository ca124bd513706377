import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { createDataPlane } from './data-plane/create-data-plane'
import { createRandom } from './data-plane/random'
import { startAdminServer } from './envoy-admin/admin-server'
import type { FromWorker, ToWorker, WorkerStart } from './gateway-messages'

/** A gateway pod in a thread of its own: data plane, admin endpoint, readiness. */
async function main(port: NonNullable<typeof parentPort>, start: WorkerStart): Promise<void> {
  const { options } = start
  let places = options.places
  let waiting: string[] = []
  const tell = (message: FromWorker) => port.postMessage(message)
  const flush = () => {
    const lines = waiting
    waiting = []
    if (lines.length > 0) tell({ kind: 'lines', lines })
  }
  const plane = createDataPlane({
    resolveAddress: (address, endpointPort) => {
      const place = places.endpointPorts[`${address}:${String(endpointPort)}`]
      return place === undefined ? undefined : { host: '127.0.0.1', port: place }
    },
    bindPort: (listenerPort) => places.listenerPorts[String(listenerPort)] ?? 0,
    readFile: (path) => places.files[path],
    onLogLine: (line) => {
      if (waiting.length === 0) setImmediate(flush)
      waiting.push(line)
    },
    podAddress: options.pod.ip,
    random: createRandom(options.seed),
    now: () => Date.now(),
    pid: 17,
  })
  process.on('uncaughtException', (error) => {
    plane.state().log.write('critical', 'main', 'source/server/worker_impl.cc:1', `unexpected: ${error.stack ?? String(error)}`)
  })
  const stop = async () => {
    await Promise.all([plane.close(), admin.close(), new Promise((resolve) => ready.close(resolve))])
    flush()
  }
  const admin = await startAdminServer(plane, { ...options.pod, istioVersion: options.istioVersion ?? '1.31.0' }, {
    now: () => Date.now(),
    onQuit: () => {
      stop().then(() => tell({ kind: 'quit', reason: 'quitquitquit' })).catch(() => undefined)
    },
  })
  const ready = createServer((request, response) => {
    response.writeHead(request.url === '/healthz/ready' ? 200 : 404, { server: 'envoy' })
    response.end()
  })
  await new Promise<void>((resolve) => ready.listen(0, '127.0.0.1', resolve))
  const bound = () => [...plane.boundPorts()]

  const serve = async (message: ToWorker): Promise<void> => {
    if (message.kind === 'apply') {
      const result = await plane.apply(message.configuration)
      tell({ kind: 'applied', id: message.id, result, bound: bound() })
      return
    }
    if (message.kind === 'requests') {
      tell({ kind: 'requests', id: message.id, counts: [...admin.requests()] })
      return
    }
    if (message.kind === 'places') places = message.places
    else {
      ready.closeAllConnections()
      await stop()
    }
    tell({ kind: 'done', id: message.id })
    if (message.kind === 'stop') port.close()
  }
  port.on('message', (message: ToWorker) => {
    serve(message).catch((error: unknown) => tell({ kind: 'failed', id: message.id, message: error instanceof Error ? error.message : String(error) }))
  })
  const address = ready.address()
  tell({ kind: 'started', adminPort: admin.port, readyPort: isAddress(address) ? address.port : 0 })
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}

if (parentPort !== null) {
  const start: WorkerStart = workerData
  await main(parentPort, start)
}
