import { expect, it } from 'vitest'
import { parseAccessLog } from '@/lib/mesh/log/access-log'
import { curlOf, lineCauses } from './line-cause'

function line(status: number, flags: string, details: string) {
  const access = parseAccessLog(`[2026-01-01T00:00:00.000Z] "POST /it's HTTP/1.1" ${status} ${flags} ${details} - "-" 0 86 13 12 "10.0.0.1" "curl" "1" "shop.example.com" "-" - - - - shop.example.com -`)
  if (!access) throw new Error('not an access-log line')
  return access
}

it('says what each flag means', () => {
  expect(lineCauses(line(503, 'UF,URX', '-')).map((cause) => `${cause.mark}: ${cause.name}`)).toEqual(['UF: upstream connection failure', 'URX: retries exhausted'])
  expect(lineCauses(line(503, 'QQ', '-'))[0]?.name).toBe('a response flag')
})

it('tells a service’s own answer from Envoy’s', () => {
  expect(lineCauses(line(500, '-', 'via_upstream'))[0]?.name).toBe('the service answered so itself')
  expect(lineCauses(line(403, '-', 'rbac_access_denied_matched_policy[none]'))[0]?.name).toBe('an authorization policy refused')
  expect(lineCauses(line(200, '-', 'via_upstream'))).toEqual([])
})

it('writes the request for a shell', () => {
  expect(curlOf(line(200, '-', '-'))).toBe("curl -sv -X 'POST' 'https://shop.example.com/it'\\''s' -A 'curl'")
})
