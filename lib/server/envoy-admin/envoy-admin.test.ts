import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { snapshotOf } from '@/lib/mesh/snapshot'
import { gatewayWorkloads } from '@/lib/mesh/translate/gateway-workloads'
import type { AdminReader } from './admin-reader'
import { requireGatewayPod } from './gateway-pod'
import { createLogLevels } from './log-levels'
import { readEnvoy } from './read-envoy'
import { redact } from './redact'

describe('what leaves the server of an Envoy', () => {
  it('has no secrets, whatever their form, and keeps what a person needs', () => {
    const safe = JSON.stringify(redact({
      configs: [
        { '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump', dynamic_active_secrets: [{ secret: 'KEY-1' }] },
        {
          '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
          tls: { private_key: { inline_string: 'KEY-2' }, password: 'KEY-3', session_ticket_keys: { keys: [{ inline_bytes: 'KEY-4' }] } },
          tls_certificate_sds_secret_configs: [{ name: 'kubernetes://shop-cert' }],
          request_headers_to_add: [{ header: { key: 'x-auth', value: 'KEY-5' } }],
          jwt: { local_jwks: { inline_string: 'KEY-6' }, providers: { a: { issuer: 'me' } } },
          lua: { default_source_code: { inline_string: 'KEY-7' }, inline_code: 'KEY-8' },
          wasm: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm', configuration: { value: 'KEY-9' } },
          headers: { authorization: 'KEY-10', 'x-api-key': 'KEY-11', cookie: ['KEY-12'] },
          log: { text_format_source: { inline_string: '%RESPONSE_CODE%' } }, token_bucket: { max_tokens: 3 },
        },
      ],
    }))
    expect(safe).not.toContain('KEY-')
    for (const kept of ['kubernetes://shop-cert', '%RESPONSE_CODE%', '"max_tokens":3', '"issuer":"me"', 'x-auth']) expect(safe).toContain(kept)
  })

  it('is read of a closed list only', async () => {
    const asked: string[] = []
    const reader: AdminReader = { read: (_, __, path) => { asked.push(path); return Promise.reject(new Error('not reached')) }, postLogging: () => Promise.resolve(''), stop: () => undefined }
    for (const resource of ['quitquitquit', '../quitquitquit', 'config_dump?mask=', 'heap_dump', 'logging', 'runtime', '__proto__', '']) await expect(readEnvoy(reader, { namespace: 'a', pod: 'b', resource })).rejects.toMatchObject({ code: 'not-found' })
    expect(asked).toEqual([])
  })

  it('is read of running gateway pods only', () => {
    const pod = (name: string, labels: Record<string, string>, container: string, phase: string) => ['pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'istio-system', labels }, spec: { containers: [{ name: container }] }, status: { phase } }] as const
    const snapshot = snapshotOf([
      ['gateways.networking.istio.io', { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'g', namespace: 'istio-system' }, spec: { selector: { istio: 'ingressgateway' }, servers: [] } }],
      pod('gateway', { istio: 'ingressgateway' }, 'istio-proxy', 'Running'), pod('pending', { istio: 'ingressgateway' }, 'istio-proxy', 'Pending'),
      pod('istiod', { app: 'istiod' }, 'discovery', 'Running'), pod('masked', { istio: 'ingressgateway' }, 'shell', 'Running'),
    ])
    const state = { snapshot, gateways: () => gatewayWorkloads(snapshot) }
    expect(() => requireGatewayPod(state, 'istio-system', 'gateway')).not.toThrow()
    expect(() => requireGatewayPod(state, 'istio-system', 'istiod')).toThrow('no gateway')
    expect(() => requireGatewayPod(state, 'istio-system', 'masked')).toThrow('no gateway')
    expect(() => requireGatewayPod(state, 'istio-system', 'pending')).toThrow('Pending')
    expect(() => requireGatewayPod(state, 'kube-system', 'etcd-0')).toThrow('no pod')
  })
})

const folders: string[] = []
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true }) })

/** An Envoy with two loggers. */
function envoy(): AdminReader & { readonly levels: Record<string, string> } {
  const levels: Record<string, string> = { http: 'warning', router: 'info' }
  return {
    levels, stop: () => undefined, read: () => Promise.reject(new Error('not used')),
    postLogging: (_, __, change) => {
      if (change) for (const name of change.logger === '*' ? Object.keys(levels) : [change.logger]) levels[name] = change.level
      return Promise.resolve(`active loggers:\n${Object.entries(levels).map(([name, level]) => `  ${name}: ${level}`).join('\n')}\n`)
    },
  }
}

describe('log levels', () => {
  it('go back at exit, and at the next start when there was none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-levels-'))
    folders.push(folder)
    const reader = envoy()
    const first = createLogLevels({ reader, slug: 's', folder })
    const reply = await first.change('a', 'b', { levels: { '*': 'debug' } })
    expect(reply.loggers).toEqual([{ name: 'http', level: 'debug', before: 'warning' }, { name: 'router', level: 'debug', before: 'info' }])
    await first.change('a', 'b', { levels: { http: 'trace' } })
    const afterCrash = createLogLevels({ reader, slug: 's', folder })
    await afterCrash.resume(() => true)
    expect(reader.levels).toEqual({ http: 'warning', router: 'info' })
    expect(readdirSync(folder)).toEqual([])
    await afterCrash.change('a', 'b', { levels: { router: 'off' } })
    await afterCrash.stop()
    expect(reader.levels).toEqual({ http: 'warning', router: 'info' })
    await first.stop()
  })

  it('are changed for loggers that this Envoy has, no others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-levels-'))
    folders.push(folder)
    const levels = createLogLevels({ reader: envoy(), slug: 's', folder })
    await expect(levels.change('a', 'b', { levels: { nope: 'debug' } })).rejects.toMatchObject({ code: 'bad-request' })
  })
})
