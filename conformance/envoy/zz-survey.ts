import { readAnswers, readProbes } from '@/conformance/envoy/probe-case'
import { answerDifferences, askDataPlane, simulateDifferences, simulateProbe } from '@/conformance/envoy/probe-sides'
const what = process.argv[2] ?? 'simulate'
const only = process.argv.slice(3)
const probes = readProbes().filter(({ name }) => only.length === 0 || only.includes(name))
const answers = readAnswers()
const { answers: plane, refused } = what === 'plane' ? await askDataPlane(probes) : { answers: {} as Record<string, never[]>, refused: new Map<string, string>() }
for (const [name, reason] of refused) console.log('plane refuses', name, reason)
let n = 0, bad = 0
for (const probe of probes) {
  const mine = what === 'simulate' ? simulateProbe(probe) : []
  probe.requests.forEach((request, i) => {
    n++
    const d = what === 'simulate' ? simulateDifferences(answers[probe.name]?.[i] ?? null, mine[i]!) : answerDifferences(answers[probe.name]?.[i] ?? null, plane[probe.name]?.[i] ?? null)
    if (d.length === 0) return
    bad++
    const c = what === 'simulate' ? JSON.stringify(mine[i]!.certainty) : ''
    console.log(`${probe.name} ${request.method} ${request.authority} ${request.path} ${JSON.stringify(request.headers)}${request.http2 ? ' h2' : ''}${request.from ?? ''} ${request.sni ?? ''} ${request.jwt ? JSON.stringify(request.jwt) : ''}\n     ${d.join('\n     ')} ${c.includes('exact') ? '' : c}`)
  })
}
console.log(`${n} requests, ${bad} differ`)
