import assert from 'node:assert/strict'
import type { ClusterHarness } from '../cluster-harness'
import { follow, kubectl, type Finished } from './kubectl'

/** One step of the script: what is done, and what must come of it. */
export interface Step {
  readonly name: string
  run(): Promise<void>
}

const name = 'kubectl-script'
const here = ['-n', 'shop']

const virtualService = (weights: readonly [number, number], extra = '') => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [kubectl.shop.example]
  gateways: [istio-system/nowhere]
  http:
    - route:
        - {destination: {host: web, subset: v1}, weight: ${weights[0]}}
        - {destination: {host: web, subset: v2}, weight: ${weights[1]}}
${extra}`

/**
 * Everyday kubectl, with the outcome that the real API server and the real istiod give: run on the
 * sandbox and on the real control plane alike. It makes what it needs in namespace shop and takes it away.
 */
export async function kubectlScript(harness: ClusterHarness): Promise<readonly Step[]> {
  const admin = await harness.kubeconfigFor('admin')
  const editor = await harness.kubeconfigFor('editor')
  const viewer = await harness.kubeconfigFor('viewer')
  const nologs = await harness.kubeconfigFor('nologs')
  const as = (kubeconfig: string) => (args: readonly string[], input?: string) => kubectl(kubeconfig, args, input)
  const run = as(editor)

  return [
    step('api-resources lists the kinds of the mesh with their short names', async () => {
      const { code, stdout } = await run(['api-resources'])
      assert.equal(code, 0)
      for (const line of [/^virtualservices +vs +networking\.istio\.io\/v1 +true +VirtualService$/m, /^gateways +gw +networking\.istio\.io\/v1 +true +Gateway$/m, /^pods +po +v1 +true +Pod$/m, /^httproutes .*gateway\.networking\.k8s\.io\/v1 +true +HTTPRoute$/m, /^services +svc +v1 +true +Service$/m]) assert.match(stdout, line)
    }),
    step('apply creates, then changes nothing, then changes', async () => {
      says(await run(['apply', '-f', '-'], virtualService([90, 10])), 0, /^virtualservice\.networking\.istio\.io\/kubectl-script created$/m)
      says(await run(['apply', '-f', '-'], virtualService([90, 10])), 0, /kubectl-script unchanged$/m)
      says(await run(['apply', '-f', '-'], virtualService([80, 20])), 0, /kubectl-script configured$/m)
    }),
    step('get prints the columns of the kind, names, YAML and JSON', async () => {
      says(await run(['get', 'vs', name, ...here]), 0, /^NAME +GATEWAYS +HOSTS +AGE\nkubectl-script +\["istio-system\/nowhere"\] +\["kubectl\.shop\.example"\] +\d+s$/m)
      says(await run(['get', 'vs', name, ...here, '-o', 'wide']), 0, /^NAME +GATEWAYS +HOSTS +AGE$/m)
      says(await run(['get', 'vs', name, ...here, '-o', 'name']), 0, /^virtualservice\.networking\.istio\.io\/kubectl-script$/m)
      says(await run(['get', 'vs', name, ...here, '-o', 'yaml']), 0, /^ {6}weight: 80$/m)
      says(await run(['get', 'vs', name, ...here, '-o', 'jsonpath={.spec.http[0].route[1].weight}']), 0, /^20$/)
      says(await run(['get', 'virtualservices.v1beta1.networking.istio.io', name, ...here, '-o', 'jsonpath={.apiVersion}']), 0, /^networking\.istio\.io\/v1beta1$/)
    }),
    step('the generation grows with the spec, not with the metadata', async () => {
      const generation = async () => (await run(['get', 'vs', name, ...here, '-o', 'jsonpath={.metadata.generation}'])).stdout
      const before = await generation()
      says(await run(['annotate', 'vs', name, ...here, 'meridian.dev/note=kubectl']), 0, /annotated/)
      assert.equal(await generation(), before)
      says(await run(['patch', 'vs', name, ...here, '--type=json', '-p', '[{"op":"replace","path":"/spec/http/0/route/0/weight","value":70},{"op":"replace","path":"/spec/http/0/route/1/weight","value":30}]']), 0, /patched$/m)
      assert.equal(await generation(), String(Number(before) + 1))
    }),
    step('get -w shows an object and its changes', async () => {
      const watch = follow(editor, ['get', 'vs', name, ...here, '-w', '--show-labels'])
      try {
        await watch.line('<none>')
        says(await run(['label', 'vs', name, ...here, 'team=web']), 0, /labeled$/m)
        await watch.line('team=web')
      } finally {
        watch.stop()
      }
      says(await run(['get', 'vs', ...here, '-l', 'team=web', '-o', 'name']), 0, /^virtualservice\.networking\.istio\.io\/kubectl-script\n$/)
      says(await run(['get', 'vs', ...here, '-l', 'team=other']), 0, /^$/)
    }),
    step('diff shows what apply would change, and changes nothing', async () => {
      const { code, stdout } = await run(['diff', '-f', '-'], virtualService([60, 40]))
      assert.equal(code, 1)
      assert.match(stdout, /^-\s+weight: 70$/m)
      assert.match(stdout, /^\+\s+weight: 60$/m)
      says(await run(['apply', '-f', '-', '--dry-run=server'], virtualService([60, 40])), 0, /configured \(server dry run\)/)
      says(await run(['get', 'vs', name, ...here, '-o', 'jsonpath={.spec.http[0].route[0].weight}']), 0, /^70$/)
    }),
    step('merge patch', async () => {
      says(await run(['patch', 'vs', name, ...here, '--type=merge', '-p', '{"spec":{"hosts":["kubectl.shop.example","other.shop.example"]}}']), 0, /patched$/m)
      says(await run(['get', 'vs', name, ...here, '-o', 'jsonpath={.spec.hosts[1]}']), 0, /^other\.shop\.example$/)
    }),
    step('server-side apply meets the fields of other managers as conflicts', async () => {
      says(await run(['apply', '--server-side', '--field-manager=team-one', '-f', '-'], virtualService([50, 50])), 1, /conflict/)
      says(await run(['apply', '--server-side', '--field-manager=team-one', '--force-conflicts', '-f', '-'], virtualService([50, 50])), 0, /serverside-applied$/m)
      says(await run(['get', 'vs', name, ...here, '--show-managed-fields', '-o', 'jsonpath={.metadata.managedFields[?(@.manager=="team-one")].operation}']), 0, /^Apply$/)
    }),
    step('a replace with an old resourceVersion is a conflict', async () => {
      const { stdout } = await run(['get', 'vs', name, ...here, '-o', 'json'])
      says(await run(['label', 'vs', name, ...here, 'team=other', '--overwrite']), 0, /labeled$/m)
      says(await run(['replace', '-f', '-'], stdout), 1, /the object has been modified; please apply your changes to the latest version and try again/)
    }),
    step('what the schema and the admission refuse', async () => {
      says(await run(['apply', '-f', '-'], virtualService([50, 50], '  unknownField: true\n')), 1, /strict decoding error: unknown field "spec\.unknownField"/)
      says(await run(['patch', 'vs', name, ...here, '--type=json', '-p', '[{"op":"replace","path":"/spec/hosts","value":"not-a-list"}]']), 1, /spec\.hosts: Invalid value: "string": spec\.hosts in body must be of type array: "string"/)
      says(await run(['patch', 'vs', name, ...here, '--type=merge', '-p', '{"spec":{"hosts":["*bad*"]}}']), 1, /admission webhook "rev\.validation\.istio\.io" denied the request: configuration is invalid: domain name "\*bad\*" invalid/)
      says(await run(['apply', '-f', '-'], virtualService([50, 50]).replace('kind: VirtualService', 'kind: NoSuchKind')), 1, /no matches for kind "NoSuchKind" in version "networking\.istio\.io\/v1"/)
    }),
    step('describe', async () => {
      says(await run(['describe', 'vs', name, ...here]), 0, /^Name: +kubectl-script\nNamespace: +shop\n/)
    }),
    step('rights', async () => {
      const may = async (kubeconfig: string, ...words: string[]) => (await kubectl(kubeconfig, ['auth', 'can-i', ...words])).stdout.trim()
      assert.equal(await may(editor, 'patch', 'virtualservices.networking.istio.io', ...here), 'yes')
      assert.equal(await may(editor, 'patch', 'virtualservices.networking.istio.io', '-n', 'istio-system'), 'no')
      assert.equal(await may(viewer, 'get', 'pods', '--subresource=log', '-n', 'istio-system'), 'yes')
      assert.equal(await may(nologs, 'get', 'pods', '--subresource=log', '-n', 'istio-system'), 'no')
      assert.equal(await may(viewer, 'list', 'secrets', '-A'), 'no')
      says(await kubectl(viewer, ['delete', 'vs', name, ...here]), 1, /Error from server \(Forbidden\): virtualservices\.networking\.istio\.io "kubectl-script" is forbidden: User "viewer" cannot delete resource "virtualservices" in API group "networking\.istio\.io" in the namespace "shop"/)
    }),
    step('logs of a gateway pod, with --tail and with -f', async () => {
      const { stdout } = await kubectl(viewer, ['get', 'pods', '-n', 'istio-system', '-l', 'istio=ingressgateway', '-o', 'name'])
      const pods = stdout.trim().split('\n')
      assert.equal(pods.length, 2)
      const [pod = ''] = pods
      says(await kubectl(viewer, ['logs', '-n', 'istio-system', pod, '--tail=1']), 0, /^[^\n]*\n$/)
      says(await kubectl(nologs, ['logs', '-n', 'istio-system', pod, '--tail=1']), 1, /forbidden/)
      const logs = follow(viewer, ['logs', '-f', '-n', 'istio-system', pod, '--tail=0'])
      try {
        const path = `/kubectl-${Date.now()}`
        let seen = false
        const line = logs.line(path).finally(() => { seen = true })
        // Both pods get their share, so some requests reach this one, once it is followed.
        while (!seen) await harness.sendRequests({ host: 'kubectl.shop.example', path, count: 4 })
        await line
      } finally {
        logs.stop()
      }
    }),
    step('delete, and what is gone is not found', async () => {
      says(await run(['delete', 'vs', name, ...here]), 0, /^virtualservice\.networking\.istio\.io "kubectl-script" deleted/m)
      says(await run(['get', 'vs', name, ...here]), 1, /^Error from server \(NotFound\): virtualservices\.networking\.istio\.io "kubectl-script" not found$/m)
      says(await as(admin)(['get', 'nosuchkind']), 1, /the server doesn't have a resource type "nosuchkind"/)
    }),
  ]
}

function step(title: string, run: () => Promise<void>): Step {
  return { name: `kubectl: ${title}`, run }
}

/** Asserts the exit code and that the output (standard output, or the error when it must fail) matches. */
function says(finished: Finished, code: number, pattern: RegExp): void {
  assert.equal(finished.code, code, `exit code; it said: ${finished.stdout}${finished.stderr}`)
  assert.match(code === 0 ? finished.stdout : `${finished.stderr}${finished.stdout}`, pattern)
}
