import { readFileSync } from 'node:fs'
import type { GatewayWorkload } from '@/lib/mesh/gateway-workload'
import { compile } from '@/lib/mesh/translate/compile'
import type { Compiled, CompileOptions } from '@/lib/mesh/translate/compiled'
import { featureNames } from '@/lib/mesh/translate/features'
import { isJsonObject, type Json } from '@/lib/std/json'
import { chooseGateway, type GatewayChoice } from './choose-gateway'
import { loadObjects, type Loaded } from './input/load'
import { reasonOf } from './input/list-files'
import { readDocuments } from './input/read-documents'
import { decodeText } from './input/read-text'
import type { Flag, Given } from './parse-flags'
import { parsePairs } from './parse-pairs'
import { UsageError } from './usage-error'

/** The flags that say which objects, which gateway and by which rules; compile, explain and routes share them. */
export const meshFlags: readonly Flag[] = [
  { name: 'file', short: 'f', value: 'PATH', repeated: true, help: 'a file, a folder (with those in it), or - for standard input' },
  { name: 'gateway', value: 'NS/NAME', help: 'the gateway workload, if the input has several' },
  { name: 'labels', value: 'K=V,…', repeated: true, help: "or the labels of its pods (no pod needs to be in the input), with -n" },
  { name: 'namespace', short: 'n', value: 'NS', help: "the namespace of the gateway's pods" },
  { name: 'mesh', value: 'FILE', help: 'MeshConfig; else ConfigMap istio of the input, else defaults' },
  { name: 'istio-version', value: 'V', help: "istiod's version, such as 1.31" },
  { name: 'features', value: 'K=V,…', repeated: true, help: "istiod's environment (PILOT_…)" },
]

/** What a command works on. */
export interface MeshInput extends Loaded {
  readonly choice: GatewayChoice
  readonly options: CompileOptions
  /** What the caller should know of the rules that are used. */
  readonly notes: readonly string[]
  /** @throws UsageError when no or several gateways fit. */
  gateway(choice?: GatewayChoice): GatewayWorkload
  compile(gateway: GatewayWorkload): Compiled
}

/** Reads what the mesh flags name. @throws UsageError for bad values and an unreadable MeshConfig. */
export async function readMeshInput(given: Given, stdin: () => Promise<Uint8Array>): Promise<MeshInput> {
  const paths = given.all('file')
  if (paths.length === 0) throw new UsageError('say what to read with -f PATH (- for standard input)')
  if (paths.filter((path) => path === '-').length > 1) throw new UsageError('-f - is given twice')
  const choice = choiceOf(given)
  const options = optionsOf(given)
  const loaded = loadObjects(paths, paths.includes('-') ? await stdin() : new Uint8Array())
  return { ...loaded, choice, options, notes: notesOf(options), gateway: (other) => chooseGateway(loaded.snapshot, other ?? choice), compile: (gateway) => compile(loaded.snapshot, gateway, options) }
}

function notesOf({ istioVersion, features }: CompileOptions): readonly string[] {
  const other = istioVersion !== undefined && !/^v?1\.31(\.|-|$)/.test(istioVersion)
  const unknown = Object.keys(features ?? {}).filter((name) => !featureNames.has(name))
  return [...(other ? [`the answer is by 1.31's rules; for ${istioVersion} it is not proven`] : []), ...unknown.map((name) => `--features ${name}: the engine does not know it, so it changes nothing`)]
}

function choiceOf(given: Given): GatewayChoice {
  const gateway = given.one('gateway')
  const namespace = given.one('namespace')
  if (gateway !== undefined && given.has('labels')) throw new UsageError('--gateway and --labels say the same thing; give one')
  return {
    ...(gateway === undefined ? {} : { gateway }), ...(namespace === undefined ? {} : { namespace }),
    ...(given.has('labels') ? { labels: parsePairs('--labels', given.all('labels')) } : {}),
  }
}

function optionsOf(given: Given): CompileOptions {
  const istioVersion = given.one('istio-version')
  if (istioVersion !== undefined && !/^v?1\.\d{1,3}(\.|-|$)/.test(istioVersion)) throw new UsageError(`--istio-version takes a version such as 1.31, this is ${JSON.stringify(istioVersion)}`)
  const mesh = given.one('mesh')
  return {
    ...(mesh === undefined ? {} : { meshConfig: readMeshConfig(mesh) }), ...(istioVersion === undefined ? {} : { istioVersion }),
    ...(given.has('features') ? { features: parsePairs('--features', given.all('features')) } : {}),
  }
}

/** MeshConfig as YAML, or the ConfigMap that holds it under `mesh`. */
function readMeshConfig(file: string): Json {
  const contents = readDocuments(textOf(file), file)
  const [broken] = contents.unreadable
  if (broken !== undefined) throw new UsageError(`${broken.file}:${broken.line}: ${broken.message}`)
  const [document, second] = contents.documents
  if (document === undefined) return {}
  if (second !== undefined || !isJsonObject(document.value)) throw new UsageError(`--mesh ${file}: one object with MeshConfig is expected`)
  const data = document.value['data']
  if (document.value['kind'] !== 'ConfigMap' || !isJsonObject(data) || typeof data['mesh'] !== 'string') return document.value
  const inner = readDocuments(data['mesh'], file)
  if (inner.unreadable.length > 0) throw new UsageError(`--mesh ${file}: data.mesh: ${inner.unreadable[0]?.message ?? ''}`)
  return inner.documents[0]?.value ?? {}
}

function textOf(file: string): string {
  try {
    return decodeText(readFileSync(file)).text
  } catch (error) {
    throw new UsageError(`--mesh ${file}: ${reasonOf(error)}`)
  }
}
