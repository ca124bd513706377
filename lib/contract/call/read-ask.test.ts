import { describe, expect, it } from 'vitest'
import { readAsk } from './read-ask'

describe('what people paste', () => {
  it('takes a URL, with a method before it or without', () => {
    expect(readAsk('  https://shop.example.com/cart?a=1 ')).toEqual({ url: 'https://shop.example.com/cart?a=1' })
    expect(readAsk('POST https://shop.example.com/cart')).toEqual({ method: 'POST', url: 'https://shop.example.com/cart' })
    expect(readAsk('')).toEqual({ url: '' })
  })

  it('takes a curl command as a shell would split it', () => {
    expect(readAsk(`curl -sS -X PUT 'https://shop.example.com/a b' \\\n  -H "x-user: \\"ann\\"" -H 'accept: */*' --max-time 3 -o /dev/null`))
      .toEqual({ url: 'https://shop.example.com/a b', method: 'PUT', header: ['x-user: "ann"', 'accept: */*'] })
    expect(readAsk('curl --request=DELETE --http2 -E me.pem https://x.example/')).toEqual({ url: 'https://x.example/', method: 'DELETE', protocol: 'http2', cert: 'true' })
    expect(readAsk('curl -XPATCH -A probe x.example')).toEqual({ url: 'x.example', method: 'PATCH', header: ['user-agent: probe'] })
  })

  it('knows what curl makes of a body, of -I and of -u', () => {
    expect(readAsk('curl x.example -d a=1').method).toBe('POST')
    expect(readAsk('curl -G x.example -d a=1').method).toBeUndefined()
    expect(readAsk('curl -I x.example').method).toBe('HEAD')
    expect(readAsk('curl --json {} x.example')).toMatchObject({ method: 'POST', header: ['content-type: application/json', 'accept: application/json'] })
    expect(readAsk('curl -u ann:secret x.example').header).toEqual(['authorization: Basic YW5uOnNlY3JldA=='])
  })

  it('leaves what ends in a quote or an option as it is', () => {
    expect(readAsk('curl "https://x.example/open')).toEqual({ url: 'https://x.example/open' })
    expect(readAsk('curl -X')).toEqual({ url: '', method: '' })
  })
})
