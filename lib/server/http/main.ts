/**
 * The dashboard's server process: `node bin/run-ts.mjs lib/server/http/main.ts [--port N] [--kubeconfig FILE]
 * [--context NAME] [--state FOLDER] [--dev] [--json]`.
 * One process: the front (front.ts) owns the HTTP server and hands requests to Next in this process (`next({dev})`,
 * over `.next` of `next build` when not in dev), and each cluster is a worker thread whose bundle is made by
 * bin/run-ts.mjs. Who starts it (bin/meridian serve, bin/demo.mjs) runs ensureBuild() of bin/prepare.mjs before.
 * Prints one line when it answers: `Meridian: http://127.0.0.1:<port>`, or with --json `{"ready":"http://…","port":N}`.
 * SIGINT and SIGTERM end it: streams are closed, requests end within 8 s, log levels are put back.
 */
import { createServer } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { AppError } from '@/lib/contract/app-error'
import { listContexts, type KubeconfigSource } from '@/lib/kube/contexts'
import { setBackend } from './backend'
import { createEventStreams } from './event-streams'
import { openFront } from './front'
import { createRateLimit } from './rate-limit'
import { createSessions } from './sessions'

interface Options {
  readonly port: number | undefined
  readonly host: string
  readonly source: KubeconfigSource
  readonly stateFolder: string
  readonly dev: boolean
  readonly json: boolean
}

function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv], strict: true,
    options: { port: { type: 'string' }, host: { type: 'string' }, kubeconfig: { type: 'string' }, context: { type: 'string' }, state: { type: 'string' }, dev: { type: 'boolean' }, json: { type: 'boolean' } },
  })
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new AppError('bad-request', `--port ${values.port} is no port`)
  return {
    port, host: values.host ?? '127.0.0.1', dev: values.dev === true, json: values.json === true,
    source: { ...(values.kubeconfig === undefined ? {} : { file: values.kubeconfig }), ...(values.context === undefined ? {} : { context: values.context }) },
    stateFolder: values.state ?? join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'meridian'),
  }
}

declare global {
  interface ImportMeta {
    /** The project's folder, put in by bin/run-ts.mjs. */
    readonly meridianRoot?: string
  }
}

async function bundleWorker(root: string): Promise<string> {
  const tools: { bundle(entry: string): Promise<string> } = await import(pathToFileURL(join(root, 'bin', 'run-ts.mjs')).href)
  return await tools.bundle('lib/server/cluster-session/session-worker.ts')
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  listContexts(options.source)
  const root = import.meta.meridianRoot ?? process.cwd()
  Reflect.set(process.env, 'NODE_ENV', options.dev ? 'development' : 'production')
  Reflect.set(process.env, 'NEXT_TELEMETRY_DISABLED', '1')
  process.chdir(root)
  const [front, workerFile] = await Promise.all([openFront(options), bundleWorker(root)])
  const sessions = createSessions({ source: options.source, workerFile, stateFolder: options.stateFolder })
  const streams = createEventStreams(sessions)
  setBackend({
    streams, clusters: () => sessions.clusters(), call: (slug, call, signal) => sessions.call(slug, call, signal),
    requests: createRateLimit({ rate: 20, burst: 60 }), mutations: createRateLimit({ rate: 0.5, burst: 5 }),
  })
  const { current } = sessions.clusters()
  if (current !== null) sessions.open(current)

  const { default: next } = await import('next')
  // Next adds upgrade listeners to the server that it is given; outside development it gets one that never listens.
  const app = next({ dev: options.dev, dir: root, hostname: options.host, port: front.port, httpServer: options.dev ? front.server : createServer() })
  await app.prepare()
  const handle = app.getRequestHandler()
  front.serve((request, response) => handle(request, response))
  const address = `http://${options.host === '::1' ? '[::1]' : options.host}:${front.port}`
  process.stdout.write(options.json ? `${JSON.stringify({ ready: address, port: front.port })}\n` : `Meridian: ${address}\n`)

  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    streams.close()
    void Promise.all([front.drain(8_000), sessions.close()]).then(() => app.close()).finally(() => process.exit(0))
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  process.on('disconnect', end)
}

main().catch((error: unknown) => {
  process.stderr.write(`meridian: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(2)
})
