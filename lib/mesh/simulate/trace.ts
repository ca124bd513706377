import type { HeaderOperation } from './header-operations'
import type { Explanation, Loser, SimulatedRequest, TraceStep } from './explanation'

/** A note of a trace step: a code with parameters. */
type Note = TraceStep['notes'][number]

/** An explanation under construction. */
export interface Draft {
  readonly trace: TraceStep[]
  /** What the answer depends on and cannot be known. */
  readonly conditions: Set<string>
  /** Response flags that were set on the way, before the answer's own. */
  readonly flags: string[]
  listener: string | null
  filterChain: string | null
  routeConfiguration: string | null
  virtualHost: string | null
  route: string | null
  clusters: Explanation['clusters']
  rewritten: Explanation['rewritten']
  upstreamHeaders: NonNullable<Explanation['upstreamHeaders']> | null
  readonly responseHeaders: (readonly HeaderOperation[])[]
  /** What the CORS filter will set on the answer. */
  readonly corsHeaders: (readonly [string, string])[]
  resource: Explanation['resource']
  path: Explanation['path']
}

/** A draft that knows nothing yet. */
export function startDraft(request: SimulatedRequest): Draft {
  return {
    trace: [], conditions: new Set(), flags: [], listener: null, filterChain: null, routeConfiguration: null, virtualHost: null, route: null, clusters: [],
    rewritten: { authority: request.authority, path: request.path }, upstreamHeaders: null, responseHeaders: [], corsHeaders: [], resource: null, path: null,
  }
}

/** The finished explanation. */
export function finish(draft: Draft, outcome: Explanation['outcome'], response: { readonly status: number | null; readonly flags?: string; readonly details?: string }): Explanation {
  const on = [...draft.conditions].sort()
  const { conditions: _conditions, flags: early, corsHeaders: _cors, ...rest } = draft
  const flags = [...early, ...(response.flags === undefined ? [] : [response.flags])].join(',')
  return {
    ...rest, outcome, response: { status: response.status, flags: flags === '' ? '-' : flags, details: response.details ?? '-' },
    certainty: on.length === 0 ? { kind: 'exact' } : { kind: 'conditional', on },
  }
}

/** Adds a step to the trace. */
export function addStep(draft: Draft, step: TraceStep['step'], winner: string | null, more: { readonly losers?: readonly Loser[]; readonly notes?: readonly Note[] } = {}): void {
  draft.trace.push({ step, winner, losers: more.losers ?? [], notes: more.notes ?? [] })
}

/** A loser with its reason. */
export function loser(name: string, code: string, params: { readonly [name: string]: string } = {}): Loser {
  return { name, reason: { code, params } }
}

/** A note. */
export function note(code: string, params: { readonly [name: string]: string } = {}): Note {
  return { code, params }
}
