import type { JsonObject } from '@/lib/std/json'
import { stringify } from 'yaml'
import { destinations } from './destinations'
import { gateways } from './gateways'
import { gatewayApi } from './gateway-api'
import { ingresses } from './ingresses'
import { policies } from './policies'
import { createRandom, type Random } from './random'
import { virtualServices } from './virtual-services'

/**
 * What a generated mesh holds: 1 is Gateways, VirtualServices, DestinationRules, Services and ServiceEntries;
 * 2 adds policies, Telemetry and mesh configuration; 3 adds Ingresses and the Gateway API.
 */
export type Level = 1 | 2 | 3

/** A generated mesh. The gateway is `istio: ingressgateway` in istio-system. */
export interface GeneratedCase {
  readonly seed: number
  readonly objects: readonly JsonObject[]
}

/** The mesh of a seed: always the same one. */
export function generateCase(seed: number, level: Level): GeneratedCase {
  const random = createRandom(seed)
  const objects = [...destinations(random), ...gateways(random), ...virtualServices(random)]
  if (level >= 2) objects.push(...policies(random), ...random.chance(0.4) ? [meshConfig(random)] : [])
  if (level >= 3) objects.push(...ingresses(random), ...gatewayApi(random))
  return { seed, objects: unique(objects) }
}

/** The objects as YAML documents, as a YAML 1.1 reader takes them (Kubernetes reads a bare `no` as false). */
export function yamlOf(objects: readonly JsonObject[]): string {
  return objects.map((object) => stringify(object, { version: '1.1' })).join('---\n')
}

function meshConfig(random: Random): JsonObject {
  const lines = random.some([
    'accessLogFile: /dev/stdout', 'accessLogEncoding: JSON', 'pathNormalization: {normalization: MERGE_SLASHES}', 'pathNormalization: {normalization: NONE}', 'defaultHttpRetryPolicy: {attempts: 5}',
    'defaultVirtualServiceExportTo: ["."]', 'defaultServiceExportTo: ["."]', 'defaultDestinationRuleExportTo: ["."]', 'enableAutoMtls: false', 'defaultConfig: {gatewayTopology: {numTrustedProxies: 2}}', 'connectTimeout: 3s', 'trustDomain: other.local',
  ], 3, 1)
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: `${[...new Map(lines.map((line) => [line.split(':')[0], line])).values()].join('\n')}\n` } }
}

/** One object a name: a cluster cannot hold two. */
function unique(objects: readonly JsonObject[]): JsonObject[] {
  return [...new Map(objects.map((object) => {
    const { kind, metadata } = object
    const named = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata : { name: '', namespace: '' }
    return [`${String(kind)} ${String(named['namespace'])}/${String(named['name'])}`, object]
  })).values()]
}
