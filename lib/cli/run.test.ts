import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { memorySurroundings } from './memory-output'
import { run } from './run'

const folder = mkdtempSync(join(tmpdir(), 'meridian-run-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const service = (name: string, more: string) => `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: edge}\nspec: {selector: {istio: ${name}}, ports: [${more}]}\n`
const gateway = (name: string, host: string) => `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: edge}\nspec: {selector: {istio: ${name}}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["${host}"]}]}\n`
const answer = (gatewayName: string, host: string) => `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${gatewayName}, namespace: edge}\nspec: {hosts: ["${host}"], gateways: [${gatewayName}], http: [{match: [{uri: {prefix: /a}}], directResponse: {status: 204}}, {directResponse: {status: 205}}]}\n`

const one = file('one.yaml', [service('public', '{name: http, port: 80, targetPort: 8080}, {name: admin, port: 8081, targetPort: 9000}'), gateway('public', '*.example'), answer('public', 'a.example')].join('---\n'))
const two = file('two.yaml', [gateway('inner', '*'), answer('inner', 'b.example')].join('---\n'))

async function call(args: readonly string[], input = ''): Promise<{ readonly code: number; readonly out: string; readonly err: readonly string[] }> {
  const memory = memorySurroundings(input)
  const code = await run(args, memory.surroundings)
  return { code, out: memory.printed(), err: memory.said() }
}

describe('usage', () => {
  it.each([
    [['bogus'], 'meridian: there is no command "bogus"; there are serve, compile, explain, routes'],
    [['compile'], 'meridian compile: say what to read with -f PATH (- for standard input)'],
    [['compile', '-f', one, '--bogus'], 'meridian compile: unknown flag --bogus'],
    [['compile', '-f', one, '-q'], 'meridian compile: unknown flag -q'],
    [['compile', '-f'], 'meridian compile: --file needs a value: PATH'],
    [['compile', '-f', one, '-o', 'xml'], 'meridian compile: -o takes json, yaml, text, not "xml"'],
    [['compile', '-f', one, '--provenance=yes'], 'meridian compile: --provenance takes no value'],
    [['compile', '-f', one, '--labels', 'istio'], 'meridian compile: --labels takes key=value pairs, this is "istio"'],
    [['compile', '-f', one, '--istio-version', 'new'], 'meridian compile: --istio-version takes a version such as 1.31, this is "new"'],
    [['compile', '-f', one, '--mesh', '/nowhere'], 'meridian compile: --mesh /nowhere: there is no such file'],
    [['compile', '-f', one, 'extra'], 'meridian compile: there is one word too many: "extra"'],
    [['compile', '-f', one, '-f', two], 'meridian compile: several gateway workloads; say which with --gateway: edge/inner, edge/public'],
    [['compile', '-f', one, '--gateway', 'x/y'], 'meridian compile: no gateway workload fits x/y; there is edge/public'],
    [['explain', '-f', one], 'meridian explain: say which URL to explain'],
    [['explain', '-f', one, 'http://a', 'http://b'], 'meridian explain: one URL is expected, there are 2'],
    [['explain', '-f', one, 'ftp://a'], 'meridian explain: "ftp://a": the scheme must be http, https, tcp or tls, not ftp'],
    [['explain', '-f', one, 'http://a.example', '--from', 'me'], 'meridian explain: "me" is no IP address'],
    [['explain', '-f', one, 'http://a.example', '--protocol', 'spdy'], 'meridian explain: protocol must be http1, http2 or tcp, not "spdy"'],
    [['explain', '-f', one, 'http://a.example', '--listener-port', '0'], 'meridian explain: --listener-port takes a port, not "0"'],
    [['explain', '-f', one, 'http://a.example', '-H', 'x'], 'meridian explain: -H takes \'Name: value\', not "x"'],
    [['explain', '-f', one, '--envoy', one, 'http://a.example'], 'meridian explain: give -f or --envoy, not both'],
    [['explain', '--envoy', one, 'http://a.example'], 'is no JSON'],
  ])('%j is exit 2 and one line', async (args, line) => {
    const { code, out, err } = await call(args)
    expect([code, out, err.length]).toEqual([2, '', 1])
    expect(err[0]).toContain(line)
  })
  it('tells help on standard output, within 80 columns', async () => {
    for (const args of [['--help'], [], ['help', 'explain'], ['compile', '--help'], ['explain', '-h'], ['routes', '--help']]) {
      const { code, out } = await call(args)
      expect(code).toBe(0)
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
    }
  })
})

describe('compile', () => {
  it('prints exactly the documented keys, and goes on past what it cannot read', async () => {
    const { code, out, err } = await call(['compile', '-f', one, '-f', '-'], 'a: [1\n')
    expect(code).toBe(2)
    expect(err).toHaveLength(1)
    expect(err[0]).toMatch(/^stdin:\d: cannot be read: /)
    const answer = JSON.parse(out)
    expect(Object.keys(answer)).toEqual(['gateway', 'listeners', 'routeConfigurations', 'clusters', 'provenance', 'findings'])
    expect(answer.gateway).toEqual({ namespace: 'edge', name: 'public', labels: { istio: 'public' } })
    expect(answer.provenance.routes['http.8080']['a.example:80'][0]).toEqual({ resource: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'edge', name: 'public' }, path: 'spec.http[0].match[0]' })
  })
  it('needs no pod or Service for --labels and -n, and takes YAML, text and MeshConfig', async () => {
    const mesh = file('mesh.yaml', 'accessLogFile: /dev/stdout\n')
    const { code, out } = await call(['compile', '-f', two, '--labels', 'istio=inner,app=x', '-n', 'edge', '-o', 'yaml', '--mesh', mesh, '--features', 'PILOT_ENABLE_ALPN_FILTER=false', '--istio-version', '1.31'])
    expect(code).toBe(0)
    expect(out).toContain('path: /dev/stdout')
    const text = await call(['compile', '-f', one, '-o', 'text', '--provenance'])
    expect(text.out).toContain('VirtualService edge/public spec.http[0].match[0]')
    expect(text.out).not.toContain('\u001b[')
    expect(Math.max(...text.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

describe('explain', () => {
  const keys = ['outcome', 'response', 'certainty', 'listener', 'filterChain', 'routeConfiguration', 'virtualHost', 'route', 'clusters', 'rewritten', 'resource', 'path', 'trace']
  it('prints exactly the documented keys', async () => {
    const { code, out } = await call(['explain', '-f', one, 'http://a.example/a/b?c', '-X', 'POST', '-H', 'X-Y: z'])
    const answer = JSON.parse(out)
    expect([code, Object.keys(answer)]).toEqual([0, keys])
    expect(answer).toMatchObject({ outcome: { kind: 'direct-response' }, response: { status: 204 }, certainty: { kind: 'exact' }, listener: '0.0.0.0_8080', virtualHost: 'a.example:80', resource: { kind: 'VirtualService', namespace: 'edge', name: 'public' }, path: 'spec.http[0].match[0]', clusters: [] })
  })
  it('goes through the Service, unless the port of the pod is named', async () => {
    const kind = async (...args: readonly string[]) => JSON.parse((await call(['explain', '-f', one, ...args])).out).outcome.kind
    expect(await kind('http://a.example:8080/')).toBe('no-listener')
    expect(await kind('http://a.example:8080/', '--listener-port', '8080')).toBe('direct-response')
    expect(JSON.parse((await call(['explain', '-f', two, 'http://b.example:80/'])).out).outcome.kind).toBe('direct-response')
  })
  it('answers a batch in its order, with one compile, and bad lines in their place', async () => {
    const lines = [
      { id: 1, url: 'http://a.example/a' }, { id: 'two', url: 'http://edge.example/', headers: { Host: 'a.example', 'X-A': ['1', '2'] } }, { id: 3, url: 'http://a.example', method: 7 }, { id: 4, url: 'http://b.example/', gateway: 'edge/inner' },
      { id: 5, url: 'http://a.example', gateway: 'no/such' }, { url: 'http://a.example:8081/' }, { id: 7, url: 'http://a.example/', extra: 1 }, { id: 8, url: 'https://a.example/', sni: 'x', alpn: ['h2'], protocol: 'http2', clientCert: true, listenerPort: 8080, from: '::1', jwt: { sub: 'x' }, method: null },
    ]
    const { code, out, err } = await call(['explain', '-f', one, '-f', two, '--gateway', 'public', '--batch', '-'], `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\nnot json\n7\n`)
    const answers = out.trim().split('\n').map((line) => JSON.parse(line))
    expect([code, err]).toEqual([2, ['warning: line 7: unknown field "extra"']])
    expect(answers.map(({ id, outcome, error }) => [id, outcome?.kind ?? error.replace(/ in JSON.*| is not valid.*/, '')])).toEqual([
      [1, 'direct-response'], ['two', 'direct-response'], [3, 'line 3: method must be text'], [4, 'direct-response'], [5, 'line 5: no gateway workload fits no/such; there are edge/inner, edge/public'], [null, 'no-listener'],
      [7, 'direct-response'], [8, 'protocol-error'], [null, expect.stringContaining('line 10: ')], [null, 'line 11: a JSON object is expected'],
    ])
    expect(Object.keys(answers[0])).toEqual(['id', ...keys])
  })
  it('takes the protocols by the names of ALPN too', async () => {
    const details = async (protocol: string) => JSON.parse((await call(['explain', '-f', one, 'http://a.example/a', '-X', 'a b', '--protocol', protocol])).out).response.details
    expect(await Promise.all(['h2', 'http2', 'http/1.1', 'http1'].map(details))).toEqual(['http2.invalid.header.field', 'http2.invalid.header.field', 'http1.codec_error', 'http1.codec_error'])
  })
  it('reads a config_dump', async () => {
    const compiled = JSON.parse((await call(['compile', '-f', one])).out)
    const dump = file('dump.json', JSON.stringify({ configs: [
      { '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump', dynamic_listeners: compiled.listeners.map((listener: object) => ({ active_state: { listener } })) },
      { '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump', dynamic_route_configs: compiled.routeConfigurations.map((route: object) => ({ route_config: route })) },
    ] }))
    const { code, out } = await call(['explain', '--envoy', dump, 'http://a.example:8080/a', '-H', 'Host: a.example'])
    expect([code, JSON.parse(out).response.status]).toEqual([0, 204])
    expect(JSON.parse(out)).toMatchObject({ route: null, filterChain: null })
    expect(JSON.parse((await call(['explain', '--envoy', '-', 'http://a.example:8080/a'], JSON.stringify(compiled))).out).response.status).toBe(204)
    const text = await call(['explain', '--envoy', dump, '--listener-port', '8080', 'http://a.example/x', '-o', 'text'])
    expect(text.out).toContain('205 The gateway answers itself.')
  })
})

describe('routes', () => {
  it('prints hosts, rules in order and where they come from', async () => {
    const { out } = await call(['routes', '-f', one, '-o', 'json'])
    expect(JSON.parse(out).http[0]).toMatchObject({ hosts: ['a.example'], rules: [{ number: 1, match: '/a*', action: 'direct-response', to: '204', path: 'spec.http[0].match[0]', deadBy: null }, { number: 2, match: '/*', to: '205' }] })
    expect((await call(['routes', '-f', one, '-o', 'text'])).out).toContain('1  /a*    answers 204')
  })
})
