import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { accessLines, backend, plane, send } from './testing/harness'
import { cluster, configuration, httpFilter, listener } from './testing/sample-configuration'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256' }
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token(claims: object): string {
  const signed = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode(claims)}`
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`
}

describe('JWT authentication in the data plane', () => {
  it('lets valid tokens and requests without one pass, and refuses others with Envoy’s reasons', async () => {
    const { port } = await backend((_, response) => response.end('in'))
    const filter = {
      name: 'envoy.filters.http.jwt_authn',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication',
        providers: { 'origins-0': { issuer: 'https://issuer', local_jwks: { inline_string: JSON.stringify({ keys: [jwk] }) }, payload_in_metadata: 'payload' } },
        rules: [{ match: { prefix: '/' }, requires: { requires_any: { requirements: [{ provider_name: 'origins-0' }, { allow_missing: {} }] } } }],
      },
    }
    const p = await plane(configuration({
      listeners: [listener(8080, [{ filters: [httpFilter('http.8080', [filter])] }])], clusters: [cluster('api', [{ address: '10.244.1.5', port: 80 }])],
      routes: [{ name: 'all', match: { prefix: '/' }, route: { cluster: 'api' } }],
    }), { '10.244.1.5:80': port })
    const good = token({ iss: 'https://issuer', sub: 'me' })
    const [head, body] = good.split('.')
    const cases: readonly (readonly [string | undefined, number, string])[] = [
      [undefined, 200, 'in'],
      [good, 200, 'in'],
      [token({ iss: 'https://issuer', exp: 1 }), 401, 'Jwt is expired'],
      [token({ iss: 'https://other' }), 401, 'Jwt issuer is not configured'],
      [`${head ?? ''}.${body ?? ''}.${Buffer.from('no').toString('base64url')}`, 401, 'Jwt verification fails'],
      ['nonsense', 401, 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'],
    ]
    for (const [bearer, status, text] of cases) {
      expect(await send(p.port(8080), '/', bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } })).toMatchObject({ status, body: text })
    }
    expect((await send(p.port(8080), '/', { headers: { authorization: 'Bearer nonsense' } })).headers['www-authenticate']).toBe('Bearer realm="http://shop.example.com/", error="invalid_token"')
    expect((await accessLines(p.lines, 3))[2]).toContain('" 401 - jwt_authn_access_denied{Jwt_is_expired}')
  })
})
