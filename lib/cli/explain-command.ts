import { readFileSync } from 'node:fs'
import type { Command, Surroundings } from './command'
import { explanationJson } from './explanation-json'
import { chooseFormat, formatFlag } from './format'
import { reasonOf } from './input/list-files'
import { decodeText } from './input/read-text'
import { meshFlags, readMeshInput } from './mesh-input'
import { sayRemarks } from './output'
import type { Given } from './parse-flags'
import { protocolOf } from './request/batch-line'
import type { Call } from '@/lib/contract/call/call'
import { compiledTarget, explainCall, type CallTarget } from '@/lib/contract/call/explain-call'
import { targetOfDump } from './request/dump-target'
import { readClaims } from './request/read-claims'
import { runBatch } from './run-batch'
import { explainText } from './text/explain-text'
import { paintFor } from './text/paint'
import { UsageError } from './usage-error'

/** `meridian explain`: what becomes of a request, or of a file of them. */
export const explainCommand: Command = {
  name: 'explain',
  usage: 'meridian explain (-f PATH… | --envoy DUMP.json) (URL [request flags] | --batch CALLS.jsonl)',
  summary: 'Says what the gateway does with a request, and why: listener, filter chain, filters, virtual host, route, clusters.',
  flags: [
    ...meshFlags,
    { name: 'envoy', value: 'DUMP.json', help: "an Envoy's /config_dump (or what compile prints) instead of -f; ports are then the pod's" },
    { name: 'request', short: 'X', value: 'METHOD', help: 'the method (GET)' },
    { name: 'header', short: 'H', value: 'NAME: VALUE', repeated: true, help: 'a header; Host is the authority' },
    { name: 'sni', value: 'NAME', help: "the server name (the URL's host, unless it is an address)" },
    { name: 'alpn', value: 'LIST', help: 'protocols that the client offers (h2,http/1.1)' },
    { name: 'protocol', value: 'http1|http2|tcp', help: 'what the client speaks' },
    { name: 'client-cert', help: 'the client has a certificate that the gateway accepts' },
    { name: 'listener-port', value: 'PORT', help: "the pod's port, instead of the URL's port through the Service" },
    { name: 'from', value: 'IP', help: "the client's address (127.0.0.1)" },
    { name: 'jwt', value: 'FILE', help: 'claims (JSON) or a token, taken as verified' },
    { name: 'batch', value: 'FILE', help: 'calls as JSON Lines (- for standard input); answers in their order' },
    formatFlag('json|text'),
  ],
  async run(given, surroundings) {
    const { output } = surroundings
    const batch = given.one('batch')
    if (batch === undefined && given.words.length !== 1) throw new UsageError(given.words.length === 0 ? 'say which URL to explain' : `one URL is expected, there are ${given.words.length}`)
    if (batch !== undefined && given.words.length > 0) throw new UsageError('--batch takes its URLs from the file')
    if ([given.all('file').includes('-'), batch === '-', given.one('envoy') === '-'].filter(Boolean).length > 1) throw new UsageError('standard input can be only one of -f -, --batch - and --envoy -')
    const format = batch === undefined ? chooseFormat(given, ['json', 'text'], output) : 'json'
    if (batch !== undefined && (given.one('output') ?? 'json') !== 'json') throw new UsageError('--batch answers in JSON Lines; -o takes json there')
    const call = batch === undefined ? callOf(given) : undefined
    const { targetOf, code } = await openTargets(given, surroundings)
    if (call !== undefined) {
      const explanation = explainCall(targetOf(undefined), call)
      await output.print(format === 'text' ? explainText(explanation, { columns: output.columns, paint: paintFor(output.colour) }) : `${JSON.stringify(explanationJson(explanation), null, 2)}\n`)
      return code
    }
    const text = batch === '-' ? decodeText(await surroundings.stdin()).text : readText(batch ?? '', '--batch')
    return (await runBatch(text, { targetOf, output, readFile: (file) => readText(file, 'jwt') })) === 2 ? 2 : code
  },
}

interface Targets {
  /** The configuration of a gateway (`undefined`: the one that the flags name), made once each. @throws UsageError */
  targetOf(gateway: string | undefined): CallTarget
  readonly code: 0 | 2
}

async function openTargets(given: Given, { output, stdin }: Surroundings): Promise<Targets> {
  const dump = given.one('envoy')
  if (dump !== undefined) {
    if (given.has('file')) throw new UsageError('give -f or --envoy, not both')
    const target = targetOfDump(dump === '-' ? decodeText(await stdin()).text : readText(dump, '--envoy'), `--envoy ${dump}`)
    return { targetOf: () => target, code: 0 }
  }
  const input = await readMeshInput(given, stdin)
  const code = sayRemarks(output, input)
  const made = new Map<string | undefined, CallTarget>()
  return {
    code,
    targetOf(name) {
      const known = made.get(name)
      if (known) return known
      const gateway = input.gateway(name === undefined ? undefined : { gateway: name })
      const target = compiledTarget(input.compile(gateway), input.snapshot, gateway)
      made.set(name, target)
      return target
    },
  }
}

function callOf(given: Given): Call {
  const port = given.one('listener-port')
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65536)) throw new UsageError(`--listener-port takes a port, not ${JSON.stringify(port)}`)
  const [method, sni, alpn, from, jwt] = ['request', 'sni', 'alpn', 'from', 'jwt'].map((name) => given.one(name))
  const protocol = protocolOf(given.one('protocol'))
  return {
    url: given.words[0] ?? '', headers: headersOf(given.all('header')), clientCert: given.has('client-cert'),
    ...(method === undefined ? {} : { method }), ...(sni === undefined ? {} : { sni }), ...(alpn === undefined ? {} : { alpn: alpn.split(',').map((name) => name.trim()).filter((name) => name !== '') }),
    ...(protocol === undefined ? {} : { protocol }), ...(port === undefined ? {} : { listenerPort: Number(port) }), ...(from === undefined ? {} : { from }),
    ...(jwt === undefined ? {} : { claims: readClaims(readText(jwt, '--jwt'), `--jwt ${jwt}`) }),
  }
}

/** As curl reads -H: `Name: value`; `Name;` is an empty value, `Name:` is not sent (`Host:` leaves the authority out). */
function headersOf(texts: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const headers = new Map<string, readonly string[]>()
  for (const text of texts) {
    const colon = text.indexOf(':')
    const empty = colon < 0 && text.endsWith(';')
    const name = (empty ? text.slice(0, -1) : text.slice(0, colon < 0 ? 0 : colon)).trim()
    if (name === '') throw new UsageError(`-H takes 'Name: value', not ${JSON.stringify(text)}`)
    const key = name.toLowerCase()
    const value = empty ? '' : text.slice(colon + 1).trim()
    if (value !== '' || empty || key === 'host') headers.set(key, [...(headers.get(key) ?? []), value])
  }
  return Object.fromEntries(headers)
}

function readText(file: string, flag: string): string {
  try {
    return decodeText(readFileSync(file)).text
  } catch (error) {
    throw new UsageError(`${flag} ${file}: ${reasonOf(error)}`)
  }
}
