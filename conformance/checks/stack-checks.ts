import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { waitFor } from '../process/wait-for'
import type { ClusterHarness } from '../../e2e/cluster-harness'
import { kubectl } from '../../e2e/kubectl/kubectl'
import { kubectlOutput } from './kubectl'
import { getThroughPortForward } from './port-forward'

/** One thing that must hold on the running stack. */
export interface Check {
  readonly name: string
  run(): Promise<void>
}

/** What the real control plane itself must do, before anything of Meridian's is tried on it. */
export async function stackChecks(harness: ClusterHarness): Promise<readonly Check[]> {
  const admin = await harness.kubeconfigFor('admin')
  const viewer = await harness.kubeconfigFor('viewer')
  const nologs = await harness.kubeconfigFor('nologs')
  const editor = await harness.kubeconfigFor('editor')
  const apply = (text: string, ...args: string[]) => kubectl(admin, ['apply', '-f', '-', ...args], text)
  const pods = async () => (await kubectlOutput(admin, ['get', 'pods', '-n', 'istio-system', '-l', 'istio=ingressgateway', '-o', 'name'])).trim().split('\n').map((line) => line.replace('pod/', ''))
  const host = 'checks.meridian.example'
  const mesh = (status: number) => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: checks, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http-checks, protocol: HTTP}, hosts: [${host}]}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: checks, namespace: istio-system}
spec: {hosts: [${host}], gateways: [checks], http: [{directResponse: {status: ${status}}}]}
`
  const statusIs = (status: number) => waitFor(`status ${status} from the gateway`, async () => {
    const counts = await harness.sendRequests({ host, path: '/', count: 10 })
    return counts.get(`status ${status}`) === 10 ? true : undefined
  }, { seconds: 30, every: 200 })

  return [
    {
      name: 'an applied VirtualService reaches both gateway pods, and so does its change',
      async run() {
        for (const status of [418, 429]) {
          assert.equal((await apply(mesh(status))).code, 0)
          await statusIs(status)
        }
      },
    },
    {
      name: 'istiod\'s webhook denies an invalid VirtualService',
      async run() {
        const { code, stderr } = await kubectl(admin, ['patch', 'virtualservice', 'checks', '-n', 'istio-system', '--type=merge', '-p', '{"spec":{"hosts":["*bad*"]}}'])
        assert.equal(code, 1)
        assert.match(stderr, /admission webhook "rev\.validation\.istio\.io" denied the request: configuration is invalid/)
      },
    },
    {
      name: 'the admin port of each gateway pod answers through port-forward over WebSocket',
      async run() {
        for (const pod of await pods()) assert.match(await getThroughPortForward(editor, { namespace: 'istio-system', pod, port: 15000, path: '/ready' }), /200 OK[^]*LIVE/)
      },
    },
    {
      name: 'a user without rights to logs and port-forwards is refused',
      async run() {
        const [pod = ''] = await pods()
        assert.match((await kubectl(nologs, ['logs', '-n', 'istio-system', pod])).stderr, /Forbidden|forbidden/)
        await assert.rejects(getThroughPortForward(viewer, { namespace: 'istio-system', pod, port: 15000, path: '/ready' }), /403/)
        assert.equal((await kubectl(editor, ['auth', 'can-i', 'patch', 'virtualservices', '-n', 'shop'])).stdout.trim(), 'yes')
        assert.equal((await kubectl(editor, ['auth', 'can-i', 'patch', 'virtualservices', '-n', 'istio-system'])).stdout.trim(), 'no')
      },
    },
    {
      name: 'kubectl logs -f goes on through a rotation of the log file',
      async run() {
        const [pod = ''] = await pods()
        const path = `/rotation-${process.pid}`
        const child = spawn('kubectl', ['--kubeconfig', viewer, 'logs', '-f', '--tail=1', '-n', 'istio-system', pod], { stdio: ['ignore', 'pipe', 'ignore'] })
        const seen: string[] = []
        createInterface({ input: child.stdout }).on('line', (line) => seen.push(line))
        try {
          for (const part of ['before', 'after']) {
            await waitFor(`a line from ${part} the rotation`, async () => {
              await harness.sendRequests({ host, path: `${path}-${part}`, count: 10 })
              return seen.some((line) => line.includes(`${path}-${part}`)) ? true : undefined
            }, { seconds: 20, every: 300 })
            if (part === 'before') await harness.rotateLog(pod)
          }
        } finally {
          child.kill()
        }
      },
    },
    {
      name: 'a replaced gateway pod is gone, and its successor serves and logs',
      async run() {
        const [old = ''] = await pods()
        const next = await harness.replaceGatewayPod(old)
        assert.notEqual(next, old)
        await statusIs(429)
        const names = await waitFor('two pods again', async () => { const now = await pods(); return now.length === 2 && !now.includes(old) ? now : undefined }, { seconds: 30 })
        assert.ok(names.includes(next))
        const path = `/successor-${process.pid}`
        await waitFor('a line of the successor', async () => {
          await harness.sendRequests({ host, path, count: 10 })
          return (await kubectlOutput(viewer, ['logs', '-n', 'istio-system', '--tail=50', next])).includes(path) ? true : undefined
        }, { seconds: 20, every: 300 })
      },
    },
    {
      name: 'the gateways serve while the API server is down, and it comes back as the same',
      async run() {
        await harness.stopApi()
        assert.notEqual((await kubectl(admin, ['get', 'namespaces', '--request-timeout=2s'])).code, 0)
        await statusIs(429)
        await harness.startApi()
        assert.equal((await apply(mesh(418))).code, 0)
        await statusIs(418)
      },
    },
    {
      name: 'what the checks made is taken away again',
      async run() {
        await kubectlOutput(admin, ['delete', 'virtualservice/checks', 'gateways.networking.istio.io/checks', '-n', 'istio-system'])
      },
    },
  ]
}
