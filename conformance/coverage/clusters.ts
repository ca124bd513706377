import type { JsonObject } from '@/lib/std/json'
import { fields, objectsIn, part, textsIn, type Detector, type Evidence } from './evidence'

const rules = (evidence: Evidence): readonly JsonObject[] => evidence.specs('DestinationRule')
const entries = (evidence: Evidence): readonly JsonObject[] => evidence.specs('ServiceEntry')
const names = (object: JsonObject): string => String(part(object, 'metadata')['namespace'])
const hasField = (evidence: Evidence, field: string): boolean => evidence.clusters.some((cluster) => cluster[field] !== undefined)
const twice = (keys: readonly string[]): boolean => new Set(keys).size < keys.length
const entryHosts = (evidence: Evidence): readonly string[] => evidence.objects('ServiceEntry').flatMap((object) => textsIn(part(object, 'spec')['hosts']).map((host) => `${names(object)}/${host}`))
const ruleHosts = (evidence: Evidence): readonly string[] => evidence.objects('DestinationRule').map((object) => `${names(object)}/${String(part(object, 'spec')['host'])}`)
const shaped = (evidence: Evidence): boolean => evidence.says('/destination-rule/')

/** DR and CL: DestinationRules, services and clusters. */
export const clusterDetectors: readonly Detector[] = [
  ['DR1', shaped],
  ['DR2', (evidence) => shaped(evidence) && twice(ruleHosts(evidence))],
  ['DR3', (evidence) => rules(evidence).some((rule) => rule['workloadSelector'] !== undefined)],
  ['CL1', (evidence) => evidence.clusters.length > 1],
  ['CL2', (evidence) => twice(entryHosts(evidence))],
  ['CL3', (evidence) => evidence.clusters.some((cluster) => fields(cluster, 'http2_protocol_options').length > 0)],
  ['CL4', (evidence) => hasField(evidence, 'transport_socket') && hasField(evidence, 'transport_socket_matches')],
  ['CL5', (evidence) => rules(evidence).some((rule) => fields(rule, 'connectionPool').length > 0) && shaped(evidence)],
  ['CL6', (evidence) => hasField(evidence, 'outlier_detection')],
  ['CL7', (evidence) => new Set(evidence.clusters.map((cluster) => String(cluster['lb_policy']))).size > 2],
  ['CL8', (evidence) => rules(evidence).some((rule) => fields(rule, 'portLevelSettings').length > 0 || objectsIn(rule['subsets']).some((subset) => subset['trafficPolicy'] !== undefined)) && shaped(evidence)],
  ['CL9', (evidence) => evidence.clusters.some((cluster) => cluster['type'] === 'STRICT_DNS' || cluster['type'] === 'LOGICAL_DNS')],
  ['CL10', (evidence) => twice(entryHosts(evidence)) || entries(evidence).some((spec) => spec['workloadSelector'] !== undefined)],
  ['CL11', (evidence) => evidence.says('"priority":') || evidence.says('_lb_config":{}') || evidence.says('"zone_aware_lb_config"')],
]
