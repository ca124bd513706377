import { memoParse } from './memo-parse'
import type { Fields } from './read'

/** networking.istio.io DestinationRule `spec`. Traffic policies stay untyped: their parts are read where they are applied. */
export interface DestinationRuleSpec {
  readonly host: string
  readonly exportTo: readonly string[]
  readonly trafficPolicy: Fields | undefined
  readonly subsets: readonly Subset[]
  readonly workloadSelector: Readonly<Record<string, string>> | undefined
}

/** A named subset: the endpoints whose labels contain these. */
export interface Subset {
  readonly path: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly trafficPolicy: Fields | undefined
}

/** Parses a DestinationRule (memoised on the object). */
export const parseDestinationRule = memoParse((spec): DestinationRuleSpec => ({
  host: spec.string('host') ?? '',
  exportTo: spec.strings('exportTo'),
  trafficPolicy: spec.object('trafficPolicy'),
  subsets: spec.objects('subsets').map((subset) => ({ path: subset.path, name: subset.string('name') ?? '', labels: subset.stringMap('labels'), trafficPolicy: subset.object('trafficPolicy') })),
  workloadSelector: spec.object('workloadSelector')?.stringMap('matchLabels'),
}))
