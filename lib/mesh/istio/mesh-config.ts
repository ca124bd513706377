import { parseDocument, type Tags } from 'yaml'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { ParseIssue } from '../problem'
import { getObject, type Snapshot } from '../snapshot'
import { readFields, type Fields } from './read'

/** The parts of MeshConfig that change a gateway's translation; defaults are Istio's (SPEC, switches). */
export interface MeshConfig {
  readonly rootNamespace: string
  readonly trustDomain: string
  readonly trustDomainAliases: readonly string[]
  readonly domain: string
  readonly ingressService: string
  readonly ingressSelector: string
  readonly ingressClass: string
  readonly ingressControllerMode: string
  readonly defaultServiceExportTo: readonly string[]
  readonly defaultVirtualServiceExportTo: readonly string[]
  readonly defaultDestinationRuleExportTo: readonly string[]
  readonly enableAutoMtls: boolean
  readonly accessLogFile: string
  readonly accessLogFormat: string
  readonly accessLogEncoding: string
  readonly pathNormalization: string
  readonly numTrustedProxies: number | undefined
  /** One a name: a later provider stands in the place of an earlier one (Istio's ApplyMeshConfig). */
  readonly extensionProviders: readonly Fields[]
  /** The whole message, for what is read where it is used. */
  readonly fields: Fields
}

const memo = new WeakMap<object, MeshConfig>()
const defaults: JsonObject = {}

/** Reads MeshConfig from its JSON form (memoised on the object). */
export function meshConfigOf(value: Json | undefined): MeshConfig {
  const source = isJsonObject(value) ? value : defaults
  const known = memo.get(source)
  if (known) return known
  const issues: ParseIssue[] = []
  const fields = readFields(source, '', issues)
  const list = (key: string): readonly string[] => (fields.has(key) ? fields.strings(key) : ['*'])
  const topology = fields.object('defaultConfig')?.object('gatewayTopology')
  const read: MeshConfig = {
    rootNamespace: fields.string('rootNamespace') ?? 'istio-system',
    trustDomain: fields.string('trustDomain') ?? 'cluster.local',
    trustDomainAliases: fields.strings('trustDomainAliases'),
    domain: 'cluster.local',
    ingressService: fields.string('ingressService') ?? 'istio-ingressgateway',
    ingressSelector: fields.string('ingressSelector') ?? '',
    ingressClass: fields.string('ingressClass') ?? 'istio',
    ingressControllerMode: fields.string('ingressControllerMode') ?? 'STRICT',
    defaultServiceExportTo: list('defaultServiceExportTo'),
    defaultVirtualServiceExportTo: list('defaultVirtualServiceExportTo'),
    defaultDestinationRuleExportTo: list('defaultDestinationRuleExportTo'),
    enableAutoMtls: fields.bool('enableAutoMtls') ?? true,
    accessLogFile: fields.string('accessLogFile') ?? '',
    accessLogFormat: fields.string('accessLogFormat') ?? '',
    accessLogEncoding: fields.string('accessLogEncoding') ?? 'TEXT',
    pathNormalization: fields.object('pathNormalization')?.string('normalization') ?? 'DEFAULT',
    numTrustedProxies: topology?.int('numTrustedProxies'),
    extensionProviders: [...new Map(fields.objects('extensionProviders').map((provider) => [provider.string('name') ?? '', provider])).values()],
    fields,
  }
  memo.set(source, read)
  return read
}

const texts = new WeakMap<object, Json>()

/** YAML 1.1 as Kubernetes reads it: `yes`, `no`, `on`, `off`, `y` and `n` are booleans; no times, no dates, no tags of its own. */
function kubernetesTags(tags: Tags): Tags {
  const foreign = ['timestamp', 'binary', 'omap', 'pairs', 'set'].map((name) => `tag:yaml.org,2002:${name}`)
  return tags.filter((tag) => typeof tag === 'string' || !(foreign.includes(tag.tag) || ('format' in tag && tag.format === 'TIME')))
}

/** MeshConfig of an istiod's ConfigMap (key `mesh` of `istio-<revision>`, else of `istio`), as JSON; undefined when there is none or istiod cannot read it (a bare OFF is a boolean, and no mode), and has its defaults. */
export function meshConfigJson(snapshot: Snapshot, revision = 'default'): Json | undefined {
  const map = (revision === 'default' ? undefined : getObject(snapshot, 'configmaps', 'istio-system', `istio-${revision}`)) ?? getObject(snapshot, 'configmaps', 'istio-system', 'istio')
  const data = map?.['data']
  const text = isJsonObject(data) ? data['mesh'] : undefined
  if (!map || typeof text !== 'string') return undefined
  const known = texts.get(map)
  if (known !== undefined) return known
  try {
    const document = parseDocument(text, { schema: 'yaml-1.1', customTags: kubernetesTags, merge: true, uniqueKeys: false })
    const value: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 })
    if (!isJsonObject(value) || typeof value['ingressControllerMode'] === 'boolean') return undefined
    texts.set(map, value)
    return value
  } catch {
    return undefined
  }
}
