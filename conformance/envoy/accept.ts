import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { envoyBinary } from '../build/envoy'
import { run } from '../process/run'
import { list, object } from './prepare'

/** A configuration as it would be pushed, nothing made ready. */
export interface WholeConfiguration {
  readonly listeners: readonly JsonObject[]
  readonly routes: readonly JsonObject[]
  readonly clusters: readonly JsonObject[]
}

/**
 * Why real Envoy refuses a configuration (`--mode validate`), undefined where it takes it. Listeners and clusters stand in
 * the bootstrap, route configurations inside their connection managers; secrets and endpoints would come from istiod, and
 * logs go to /dev/null, since Envoy cannot open the sockets that Node gives it as stdout.
 */
export async function refusedByEnvoy(configuration: WholeConfiguration): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-accept-'))
  try {
    const file = join(folder, 'bootstrap.json')
    writeFileSync(file, JSON.stringify(bootstrapOf(configuration)))
    const { code, stderr, stdout } = await run(await envoyBinary(), ['--mode', 'validate', '-c', file, '--log-level', 'warning', '--use-dynamic-base-id', '--base-id-path', join(folder, 'base-id')])
    if (code === 0) return undefined
    const lines = `${stderr}\n${stdout}`.split('\n').filter((line) => line.includes('error initializing configuration') || line.includes('rejected') || line.includes('INVALID'))
    return lines[0] ?? `${stderr}${stdout}`.trim().split('\n').at(-1) ?? 'no reason'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function bootstrapOf({ listeners, routes, clusters }: WholeConfiguration): JsonObject {
  const tables = new Map(routes.map((table) => [String(table['name']), table]))
  const source = (name: string): JsonObject => ({ name, type: 'STATIC', typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions', explicit_http_config: { http2_protocol_options: {} } } } })
  return {
    node: { id: 'accept', cluster: 'accept' },
    dynamic_resources: { ads_config: { api_type: 'GRPC', transport_api_version: 'V3', grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }] } },
    static_resources: { listeners: listeners.map((listener) => withTables(listener, tables)), clusters: [...clusters, source('xds-grpc'), source('sds-grpc')] },
    layered_runtime: { layers: [{ name: 'static', static_layer: { 're2.max_program_size.error_level': 32768, 'envoy.reloadable_features.http_reject_path_with_fragment': false } }] },
  }
}

function withTables(listener: JsonObject, tables: ReadonlyMap<string, JsonObject>): JsonObject {
  const walk = (part: Json | undefined, key: string): Json => {
    if (Array.isArray(part)) return part.map((item: Json) => walk(item, ''))
    if (typeof part === 'string') return key === 'path' && (part === '/dev/stdout' || part === '/dev/stderr') ? '/dev/null' : part
    if (!isJsonObject(part)) return part ?? null
    const { rds, ...rest } = part
    const walked = Object.fromEntries(Object.entries(rest).map(([name, item]) => [name, walk(item, name)]))
    const table = tables.get(String(object(rds)['route_config_name']))
    // Validation of a static table asks for its clusters, which RDS does not.
    return rds === undefined ? walked : { ...walked, ...(table === undefined ? { rds } : { route_config: { ...table, validate_clusters: false } }) }
  }
  return object(walk(listener, ''))
}

/** Whether a configuration has anything that Envoy could refuse. */
export function isEmpty({ listeners }: WholeConfiguration): boolean {
  return list([...listeners]).length === 0
}
