import { describe, expect, it } from 'vitest'
import { readAnswers, readProbes, type ProbeRequest } from './probe-case'
import { answerDifferences, askDataPlane, simulateDifferences, simulateProbe } from './probe-sides'

const probes = readProbes()
const answers = readAnswers()

/** simulate takes claims as verified and has no clock. */
const timed = (request: ProbeRequest) => request.jwt !== undefined && ('exp' in request.jwt || 'nbf' in request.jwt)

/** Node's codecs answer these before the data plane sees them. */
const byCodec = (request: ProbeRequest) => request.method === 'CONNECT' || (request.http2 && !request.path.startsWith('/') && request.method !== 'OPTIONS')

function told(request: ProbeRequest, differences: readonly string[]): string[] {
  return differences.map((difference) => `${request.method} ${request.authority} ${request.path} ${JSON.stringify(request.headers)} ${difference}`)
}

describe('what real Envoy did with hand-written listeners', () => {
  it.each(probes.map((probe) => [`[${probe.rules.join(', ')}] simulate decides alike: ${probe.name}`, probe] as const))('%s', (_name, probe) => {
    const recorded = answers[probe.name] ?? []
    expect(recorded).toHaveLength(probe.requests.length)
    const mine = simulateProbe(probe)
    expect(probe.requests.flatMap((request, index) => {
      const explanation = mine[index]
      return explanation === undefined || timed(request) ? [] : told(request, simulateDifferences(recorded[index] ?? null, explanation))
    })).toEqual([])
  })

  it('the sandbox\'s data plane decides alike', async () => {
    const { answers: mine, refused } = await askDataPlane(probes)
    expect([...refused]).toEqual([])
    expect(probes.flatMap((probe) => probe.requests.flatMap((request, index) => byCodec(request) ? [] : told(request, answerDifferences(answers[probe.name]?.[index] ?? null, mine[probe.name]?.[index] ?? null)).map((text) => `${probe.name} ${text}`)))).toEqual([])
  }, 120_000)
})
