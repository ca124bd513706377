import type { JsonObject } from '@/lib/std/json'
import { analyse } from '@/lib/mesh/analyse/analyse'
import { problemText } from '@/lib/mesh/analyse/problem-text'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { listGateways } from '@/lib/mesh/gateway-list/gateway-list'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import { validate } from '@/lib/mesh/istio/validate'
import { kindOf, type KindKey } from '@/lib/mesh/kinds'
import type { KubeObject } from '@/lib/mesh/resource'
import { configurationOfCompiled } from '@/lib/mesh/simulate/envoy-configuration'
import { simulate } from '@/lib/mesh/simulate/simulate'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { hostTable } from '@/lib/mesh/table/host-table'
import { compile } from '@/lib/mesh/translate/compile'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import { generateCase } from './generate/case'
import { withOddValues } from './generate/odd-values'
import { createRandom } from './generate/random'
import { generateRefusable } from './generate/refused'
import { kubeObject } from './kube-object'

/** What came of a mesh whose objects hold odd values. */
export interface BadInputResult {
  /** Objects that were changed. */
  readonly objects: number
  /** Objects of Istio's kinds of which a field could not be read, each told at its path. */
  readonly unreadable: number
  /** The error's stack, where something threw: nothing ever may. */
  readonly threw?: string
}

const gateway = { namespace: 'istio-system', name: 'gateway', labels: { istio: 'ingressgateway' } }

/** Takes the mesh of a seed, changes all its objects and puts it through everything that looks at objects. */
export function tryBadInput(seed: number): BadInputResult {
  const random = createRandom(seed, true)
  const drawn = [...generateCase(seed, 4).objects, ...Array.from({ length: 6 }, (_, index) => generateRefusable(seed * 7 + index))]
  const objects = drawn.map((object) => withOddValues(object, random))
  try {
    return { objects: objects.length, unreadable: lookAt(objects) }
  } catch (error) {
    return { objects: objects.length, unreadable: 0, threw: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function lookAt(objects: readonly JsonObject[]): number {
  const entries = objects.flatMap(entryOf)
  const snapshot = snapshotOf(entries)
  const gateways = [gateway, ...gatewayWorkloads(snapshot)]
  const compiled = gateways.map((workload) => compile(snapshot, workload))
  const problems = analyse({ snapshot, compiled })
  problems.forEach(problemText)
  listGateways({ snapshot, gateways, problems, compiled: (key) => compiled[gateways.findIndex((workload) => gatewayKey(workload) === key)] })
  mapGraph({ snapshot, compiled, problems, gateways: gateways.map(gatewayKey), open: ['all'], filter: '', namespaces: [], limit: null, focus: null })
  for (const each of compiled) {
    const configuration = configurationOfCompiled(each)
    const hosts = each.routeConfigurations.flatMap((one) => one.virtual_hosts.flatMap(({ domains }) => domains)).slice(0, 4)
    for (const host of hosts) hostTable({ snapshot, compiled: each, gateway: gatewayKey(gateway), host, routeConfiguration: null, problems })
    for (const port of [8080, 8443, 80, 443]) simulate(configuration, { port, protocol: 'http1', tls: port % 1000 === 443 ? 'on' : 'off', method: 'GET', scheme: 'http', authority: hosts[0] ?? 'a.example.com', path: '/a?b=c', headers: { 'x-user': 'a'.repeat(200) }, peerAddress: '192.0.2.1' })
  }
  return entries.filter(([, object]) => validate(object).unreadable.length > 0).length
}

function entryOf(object: JsonObject): readonly (readonly [KindKey, KubeObject])[] {
  const known = kubeObject(object)
  if (!known) return []
  const kind = kindOf(known.apiVersion.includes('/') ? known.apiVersion.slice(0, known.apiVersion.indexOf('/')) : '', known.kind)
  return kind ? [[kind.key, known]] : []
}
