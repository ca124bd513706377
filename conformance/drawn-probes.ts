import { parseArgs } from 'node:util'
import { answerDifferences, askDataPlane, simulateDifferences, simulateProbe } from './envoy/probe-sides'
import { drawChains } from './envoy/draw/draw-chains'
import { drawProbe } from './envoy/draw/draw-probe'
import { askEnvoy } from './envoy/probe-envoy'
import { runMain, UsageError } from './process/usage-error'

const usage = `usage: npm run conformance:drawn -- [--cases N] [--requests N] [--seed S] [--without-plane]
Draws listeners with every matcher, action and filter that simulate knows, every fourth with chains that differ by every criterion, and N requests at each; compares real Envoy with simulate and the sandbox's data plane.`

/** Answers whose headers the sandbox's data plane sends otherwise: Node's codec makes the one, the upstream of a refused handshake the other. */
const open: ReadonlySet<string> = new Set(['http1.codec_error', 'websocket_handshake_unsuccessful'])

/** How many examples of a kind are told, each of another listener. */
const EXAMPLES = 6

await runMain(async () => {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: '100' }, requests: { type: 'string', default: '40' }, seed: { type: 'string', default: String(Date.now() % 1_000_000_000) }, 'without-plane': { type: 'boolean', default: false } } })
  const [cases = 0, requests = 0, seed = 0] = [values.cases, values.requests, values.seed].map(Number)
  if (![cases, requests, seed].every(Number.isInteger)) throw new UsageError(usage)
  const probes = Array.from({ length: cases }, (_, index) => index % 4 === 3 ? drawChains(seed + index, requests) : drawProbe(seed + index, requests))
  const { answers, refused } = await askEnvoy(probes)
  const mine: Pick<Awaited<ReturnType<typeof askDataPlane>>, 'answers'> = values['without-plane'] ? { answers: {} } : await askDataPlane(probes.filter(({ name }) => !refused.has(name)))
  const kinds = new Map<string, { count: number; readonly examples: Map<string, string> }>()
  let asked = 0
  const differ = (side: string, texts: readonly string[], { probe, example }: { readonly probe: string; readonly example: string }) => {
    const [first] = texts
    if (first === undefined) return
    const kind = `${side} ${first.slice(0, first.indexOf(':'))}`
    const known = kinds.get(kind) ?? { count: 0, examples: new Map<string, string>() }
    known.count += 1
    if (known.examples.size < EXAMPLES && !known.examples.has(probe)) known.examples.set(probe, `${first}\n        ${example}`)
    kinds.set(kind, known)
  }
  for (const probe of probes.filter(({ name }) => !refused.has(name))) {
    const explanations = simulateProbe(probe)
    probe.requests.forEach((request, index) => {
      const answer = answers[probe.name]?.[index] ?? null
      const explanation = explanations[index]
      asked += 1
      const example = `${probe.name} ${request.method} ${request.authority} ${request.path} ${JSON.stringify(request.headers)}${request.http2 ? ' h2' : ''}${request.tls ? ` tls ${request.certificate ?? ''}` : ''}\n        Envoy ${JSON.stringify(answer)}`
      // A draw decides between clusters: nothing to compare.
      if (explanation === undefined || explanation.clusters.length > 1) return
      differ('simulate', simulateDifferences(answer, explanation), { probe: probe.name, example })
      const own = mine.answers[probe.name]
      // Node's HTTP/2 codec answers such a target before the data plane sees it.
      if (own !== undefined && !(request.http2 && !request.path.startsWith('/'))) differ('data plane', answerDifferences(answer, own[index] ?? null).filter((text) => !text.startsWith('response') || !open.has(answer?.details ?? '')), { probe: probe.name, example })
    })
  }
  for (const [kind, { count, examples }] of [...kinds].sort(([, a], [, b]) => b.count - a.count)) console.log(`${String(count).padStart(6)}  ${kind}${[...examples.values()].map((example) => `\n        ${example}`).join('')}`)
  for (const [name, reason] of [...refused].slice(0, 10)) console.log(`Envoy refuses ${name}: ${reason}`)
  console.log(`${asked} requests at ${cases - refused.size} listeners from seed ${seed} (${refused.size} refused): ${[...kinds.values()].reduce((sum, { count }) => sum + count, 0)} differences`)
  return kinds.size > 0 || asked === 0 ? 1 : 0
})
