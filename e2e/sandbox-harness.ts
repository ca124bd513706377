import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startSandbox } from '@/lib/sandbox/start-sandbox'
import type { ClusterHarness } from './cluster-harness'
import { countAnswers } from './count-answers'

/** A sandbox cluster of its own for the end-to-end tests: free ports, little traffic, gone on close. */
export async function startSandboxHarness(): Promise<ClusterHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-e2e-'))
  const tools: { bundle(entry: string): Promise<string> } = await import(pathToFileURL(join(process.cwd(), 'bin', 'run-ts.mjs')).href)
  const sandbox = await startSandbox({
    state: folder, port: 0, traffic: 10, pushDelay: 0, nodePorts: { http: 0, https: 0, mysql: 0 }, workerPath: await tools.bundle('lib/sandbox/gateway-worker.ts'),
  })
  const at = (port: number): string => `127.0.0.1:${port}`
  return {
    name: 'sandbox',
    exposure: { http: at(sandbox.exposure.http), https: at(sandbox.exposure.https), mysql: at(sandbox.exposure.mysql) },
    kubeconfigFor: (user) => Promise.resolve(sandbox.kubeconfigFor(user)),
    sendRequests: (wanted) => countAnswers(at(sandbox.exposure.http), wanted),
    replaceGatewayPod: (name) => sandbox.replaceGatewayPod(name),
    rotateLog: (pod) => Promise.resolve(sandbox.rotateLog(pod)),
    portForwards: () => Promise.resolve(sandbox.api.portForwards()),
    stopApi: () => sandbox.api.stop(),
    startApi: () => sandbox.api.start(),
    async close() {
      await sandbox.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
