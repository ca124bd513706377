/**
 * The sandbox cluster: `node bin/run-ts.mjs lib/sandbox/main.ts [--port N] [--state FOLDER] [--traffic RATE] [--push-delay MS]`.
 * Prints one JSON line when it is ready: {"ready":true,"kubeconfig":…,"exposure":{"http":…,"https":…,"mysql":…}}.
 * SIGINT, SIGTERM, and the end of a parent that started it with a channel stop all of it.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findEnvoy } from './real-envoy/find-envoy'
import { startSandbox } from './start-sandbox'

const root = import.meta.meridianRoot ?? process.cwd()
const { values } = parseArgs({
  strict: true,
  options: { port: { type: 'string', default: '0' }, state: { type: 'string', default: '.sandbox' }, traffic: { type: 'string', default: '20' }, 'push-delay': { type: 'string', default: '0' }, http: { type: 'string', default: '30000' }, https: { type: 'string', default: '30443' }, mysql: { type: 'string', default: '30306' } },
})

// Not awaited at the top: bin/run-ts.mjs, which is imported here, is itself waiting for this module.
void main()

async function main(): Promise<void> {
  const tools: { bundle(entry: string): Promise<string> } = await import(pathToFileURL(join(root, 'bin', 'run-ts.mjs')).href)
  const envoy = await findEnvoy()
  const sandbox = await startSandbox({
    ...(envoy === undefined ? {} : { envoy }),
    state: values.state, port: Number(values.port), traffic: Number(values.traffic), pushDelay: Number(values['push-delay']),
    nodePorts: { http: Number(values.http), https: Number(values.https), mysql: Number(values.mysql) },
    workerPath: await tools.bundle('lib/sandbox/gateway-worker.ts'),
  })
  process.stdout.write(`${JSON.stringify({ ready: true, kubeconfig: sandbox.kubeconfigFor('admin'), exposure: sandbox.exposure })}\n`)

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    const late = setTimeout(() => process.exit(1), 8_000)
    sandbox.stop().then(() => {
      clearTimeout(late)
      process.exit(0)
    }, () => process.exit(1))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('disconnect', stop)
}
