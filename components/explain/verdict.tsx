import Link from 'next/link'
import type { ReactNode } from 'react'
import { useCluster } from '@/lib/client/use-cluster'
import type { ExplainedFactsData, ExplanationData } from '@/lib/contract/explanation'
import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import { verdictWords } from '@/lib/mesh/simulate/verdict-words'
import { paths } from '../shell/paths'
import { ButtonLink } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Glyph, type GlyphShape } from '../ui/glyph'
import { lostRules, type LostRule } from './losers'
import { explanationMarkdown } from './markdown'
import { firstDifference } from './witness-rows'
import type { LiveWitness } from './use-live'

interface VerdictProps {
  readonly cluster: string
  readonly gateway: string
  readonly asked: string
  readonly explanation: ExplanationData
  readonly facts: ExplainedFactsData
  readonly witnesses: readonly LiveWitness[]
}

/** The answer, the largest thing on the screen, and what it rests on. */
export function Verdict({ cluster, gateway, asked, explanation, facts, witnesses }: VerdictProps) {
  const { certainty, resource, path, rewritten, outcome } = explanation
  const shape = shapeOf(explanation)
  const [nearest] = outcome.kind === 'no-route' ? lostRules(explanation, facts) : []
  const edit = editLink(cluster, gateway, explanation)
  const objectPath = resource === null ? undefined : paths.object(cluster, resource)
  return (
    <section className="explain-verdict" aria-label="Verdict">
      <h1 aria-live="polite"><Glyph shape={shape} /><Headline explanation={explanation} /></h1>
      <p className="explain-sub">{liveWords(explanation, witnesses)}</p>
      <dl className="explain-facts">
        {nearest === undefined ? null : <Fact name="Nearest">rule {nearest.number} {nearest.match === '' ? null : <span className="m">{nearest.match} </span>}misses: {nearest.why}{nearest.owner === '' ? null : <>, <NearestLink rule={nearest} /></>}</Fact>}
        {resource === null ? null : <Fact name="Decided by">{objectPath === undefined ? <span className="m">{resource.namespace}/{resource.name}</span> : <Link prefetch={false} className="link m" href={`${objectPath}${path === null ? '' : `?path=${encodeURIComponent(path)}`}`}>{resource.namespace}/{resource.name}{path === null ? '' : ` ${path}`}</Link>} <span className="text-ink-3">{resource.kind}</span></Fact>}
        {outcome.kind === 'routed' ? <Fact name="Sent as"><span className="m">{rewritten.authority}{rewritten.path}</span></Fact> : null}
        <Fact name="Certain">{certainty.kind === 'exact' ? 'exact, by the objects as declared' : <>conditional on <span className="m">{certainty.on.join(', ')}</span></>}</Fact>
      </dl>
      <div className="row explain-acts">
        {edit === undefined ? null : <ButtonLink look="primary" hint="e" href={edit}>Open rule</ButtonLink>}
        <ButtonLink href={`${paths.map(cluster)}?gateway=${encodeURIComponent(gateway)}`}>Map</ButtonLink>
        <ButtonLink href={`${paths.logs(cluster)}?gateway=${encodeURIComponent(gateway)}`}>Logs</ButtonLink>
        <CopyButton text={explanationMarkdown({ asked, gateway, explanation, facts, witnesses })} label="Copy as Markdown" />
      </div>
    </section>
  )
}

function NearestLink({ rule }: { readonly rule: LostRule }) {
  const cluster = useCluster()
  const object = rule.resource === null ? undefined : paths.object(cluster, rule.resource)
  const text = `${rule.owner} ${rule.field}`
  return object === undefined ? <span className="m">{text}</span> : <Link prefetch={false} className="m link" href={`${object}${rule.field === '' ? '' : `?path=${encodeURIComponent(rule.field)}`}`}>{text}</Link>
}

/** A request that is sent on is told by its destinations as the map writes them; all else in the engine's own words. */
function Headline({ explanation }: { readonly explanation: ExplanationData }) {
  const { outcome, clusters, response } = explanation
  if ((outcome.kind !== 'routed' && outcome.kind !== 'tcp') || response.status !== null || clusters.length === 0) return <span>{verdictWords(explanation)}</span>
  const total = clusters.reduce((sum, { weight }) => sum + weight, 0)
  return (
    <span>
      Goes to {clusters.map(({ name, weight }, index) => (
        <span key={name} title={name}>{index === 0 ? '' : ', '}<span className="m explain-name">{labelOf(name)}</span>{weight === total ? '' : ` ${Math.round((weight / total) * 1000) / 10} %`}</span>
      ))}
    </span>
  )
}

function labelOf(cluster: string): string {
  const parts = parseClusterName(cluster)
  return parts ? clusterLabel(parts) : cluster
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return <><dt>{name}</dt><dd>{children}</dd></>
}

function shapeOf({ outcome, response, clusters }: ExplanationData): GlyphShape {
  if (outcome.kind === 'routed' || outcome.kind === 'tcp') return clusters.every(({ state }) => state === 'ok') ? 'ok' : clusters.some(({ state }) => state === 'ok' || state === 'unknown') ? 'warn' : 'bad'
  if (outcome.kind === 'redirect' || outcome.kind === 'tls-redirect') return 'ok'
  return outcome.kind === 'direct-response' && (response.status ?? 500) < 400 ? 'ok' : 'bad'
}

/** The editor of the host at the rule that decided; only VirtualServices are edited there. */
export function editLink(cluster: string, gateway: string, { resource, path, trace }: ExplanationData): string | undefined {
  const domain = trace.find((step) => step.step === 'virtual-host')?.notes.find((note) => note.code === 'domain')?.params['domain']
  if (resource?.kind !== 'VirtualService' || path?.startsWith('spec.http') !== true || domain === undefined) return undefined
  const [namespace = '', name = ''] = gateway.split('/')
  return `${paths.edit(cluster, { namespace, name }, domain)}?path=${encodeURIComponent(path)}`
}

function liveWords(declared: ExplanationData, witnesses: readonly LiveWitness[]): string {
  const read = witnesses.filter((one) => one.explanation !== null)
  if (witnesses.length === 0) return 'No running pod: nothing answers for this gateway.'
  if (read.length === 0) return witnesses.some((one) => one.reading) ? 'Reading the gateway’s Envoys …' : 'By the objects alone: no pod’s Envoy could be read.'
  const apart = read.filter((one) => one.explanation !== null && firstDifference(declared, one.explanation) !== null)
  if (apart.length === 0) return `${read.length === 1 ? 'The pod that was' : `All ${read.length} pods that were`} read would do the same.`
  return `${apart.length} of ${read.length} pods would do otherwise, from ${[...new Set(apart.map((one) => (one.explanation === null ? '' : firstDifference(declared, one.explanation)?.toLowerCase())))].join(', ')} on.`
}
