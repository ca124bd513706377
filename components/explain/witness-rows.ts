import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { noteWords } from '@/lib/mesh/simulate/trace-words'

/** The steps of a request, one row each; the order in which Envoy takes them. */
export const stepNames = ['Listener', 'Filter chain', 'HTTP filters', 'Virtual host', 'Route', 'Upstream', 'Response'] as const

/** See stepNames. */
export type StepName = (typeof stepNames)[number]

/** What a witness says of a step. `fact` is compared between witnesses (`whole` where it shortens names); `aside` only tells more. */
export interface Cell {
  readonly state: 'ok' | 'none' | 'not-reached'
  readonly fact: string
  readonly whole?: string
  readonly aside: string
}

const notReached: Cell = { state: 'not-reached', fact: '', aside: '' }

/** What one witness (the objects, or a pod's Envoy) says of each step. */
export function cellsOf(explanation: ExplanationData, facts: ExplainedFactsData | null = null): Readonly<Record<StepName, Cell>> {
  return {
    'Listener': stepCell(explanation, 'listener'),
    'Filter chain': chainCell(explanation, facts),
    'HTTP filters': filterCell(explanation),
    'Virtual host': stepCell(explanation, 'virtual-host'),
    'Route': stepCell(explanation, 'route'),
    'Upstream': upstreamCell(explanation, facts),
    'Response': responseCell(explanation),
  }
}

function stepCell({ trace }: ExplanationData, name: 'listener' | 'filter-chain' | 'virtual-host' | 'route'): Cell {
  const step = trace.find((one) => one.step === name)
  if (step === undefined) return notReached
  const aside = [...step.notes.map(noteWords), ...(name === 'route' && step.losers.length > 0 ? [`${step.losers.length} tried before`] : [])].join(', ')
  if (step.winner === null) return { state: 'none', fact: 'none', aside: name === 'route' ? `${step.losers.length} tried` : aside }
  return { state: 'ok', fact: step.winner, aside }
}

function chainCell(explanation: ExplanationData, facts: ExplainedFactsData | null): Cell {
  const cell = stepCell(explanation, 'filter-chain')
  const chain = facts?.chain ?? null
  if (chain === null || cell.state !== 'ok') return cell
  const { names, tls } = chain
  const more = names.length > 2 ? ` and ${names.length - 2} more` : ''
  return { ...cell, aside: [names.length === 0 ? 'any server name' : `SNI ${names.slice(0, 2).join(', ')}${more}`, tls === null ? 'no TLS ends here' : `TLS ${tls} ends here`, ...(cell.aside === '' ? [] : [cell.aside])].join(', ') }
}

function filterCell({ trace, filterChain, outcome }: ExplanationData): Cell {
  const filters = trace.filter((step) => step.step === 'http-filter')
  if (filterChain === null) return notReached
  if (filters.length === 0) return { state: outcome.kind === 'tcp' ? 'not-reached' : 'ok', fact: '–', aside: outcome.kind === 'tcp' ? '' : 'none that decides' }
  return { state: outcome.kind === 'denied' ? 'none' : 'ok', fact: filters.map((step) => `${shortFilter(step.winner ?? '')} ${step.notes.map(noteWords).join(', ')}`.trim()).join('; '), aside: '' }
}

/** `envoy.filters.http.jwt_authn` → `jwt_authn`. */
function shortFilter(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function upstreamCell({ clusters }: ExplanationData, facts: ExplainedFactsData | null): Cell {
  if (clusters.length === 0) return notReached
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
  const worst = clusters.some(({ state }) => state === 'missing' || state === 'no-endpoints')
  const states = clusters.flatMap(({ name, state }) => (state === 'ok' ? [] : [clusters.length === 1 ? stateWords[state] : `${labelOf(name)} ${stateWords[state]}`]))
  const written = (nameOf: (name: string) => string): string => clusters.map(({ name, weight }) => (weight === total ? nameOf(name) : `${share(weight, total)} ${nameOf(name)}`)).join(', ')
  const hops = hopWords(facts?.hops ?? [])
  return {
    state: worst ? 'none' : 'ok', fact: written(labelOf) + (worst ? ` (${states.join(', ')})` : ''), whole: `${written((name) => name)} ${worst ? states.join(', ') : ''}`,
    aside: [hops, ...(worst ? [] : states)].filter((part) => part !== '').join(', '),
  }
}

/** `cart·v1:80` for Istio's names of clusters. */
function labelOf(cluster: string): string {
  const parts = parseClusterName(cluster)
  return parts ? clusterLabel(parts) : cluster
}

const tlsWords = { SIMPLE: 'TLS', MUTUAL: 'mutual TLS', ISTIO_MUTUAL: 'ISTIO_MUTUAL', auto: 'mTLS where the endpoint takes it' } as const

function hopWords(hops: ExplainedFactsData['hops']): string {
  const ways = [...new Set(hops.map(({ tls, protocol }) => `${protocol}, ${tls === null ? 'plain text' : tlsWords[tls]}`))]
  const ready = hops.flatMap(({ endpoints }) => (endpoints === null ? [] : [`${endpoints.ready} of ${endpoints.total}`]))
  return [...ways, ...(ready.length === 0 ? [] : [`${ready.join(' and ')} ready`])].join(', ')
}

const stateWords = { 'ok': 'ready', 'missing': 'is not there', 'no-endpoints': 'has no ready endpoint', 'unknown': 'endpoints not known' } as const

function share(weight: number, total: number): string {
  return `${Math.round((weight / total) * 1000) / 10} %`
}

function responseCell({ response, outcome }: ExplanationData): Cell {
  const failed = response.status !== null && response.status >= 400
  const fact = response.status === null ? (outcome.kind === 'routed' || outcome.kind === 'tcp' ? 'by the backend' : 'connection closed') : String(response.status)
  return { state: failed || (response.status === null && fact === 'connection closed') ? 'none' : 'ok', fact: `${fact}${response.flags === '-' ? '' : ` ${response.flags}`}`, aside: response.details === '-' || response.details === 'via_upstream' ? '' : response.details }
}

/** The first step at which a witness parts from the declared objects; null where they agree. */
export function firstDifference(declared: ExplanationData, live: ExplanationData): StepName | null {
  const [ours, theirs] = [cellsOf(declared), cellsOf(live)]
  return stepNames.find((name) => !sameCell(ours[name], theirs[name])) ?? null
}

/** Whether two witnesses say the same of a step. */
export function sameCell(ours: Cell, theirs: Cell): boolean {
  return (ours.whole ?? ours.fact) === (theirs.whole ?? theirs.fact) && ours.state === theirs.state
}
