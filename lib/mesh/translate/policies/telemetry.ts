import type { GatewayWorkload } from '../../gateway-workload'
import { memoParse } from '../../istio/memo-parse'
import type { MeshConfig } from '../../istio/mesh-config'
import type { Fields } from '../../istio/read'
import { listObjects, type Snapshot } from '../../snapshot'
import { byCreation } from '../creation-order'
import type { Features } from '../features'
import { attaches, readTarget, type PolicyTarget } from './policy-selection'

/** What a Telemetry says. */
export interface Telemetry extends PolicyTarget {
  readonly logging: readonly Fields[]
  readonly metrics: readonly Fields[]
  readonly tracing: readonly Fields[]
}

const parseTelemetry = memoParse((spec): Telemetry => ({ ...readTarget(spec), logging: spec.objects('accessLogging'), metrics: spec.objects('metrics'), tracing: spec.objects('tracing') }))

/** The Telemetries that reach a gateway, the later over the earlier: the root's, the namespace's (the oldest each), then the selecting ones of the namespace (Istio's applicableTelemetries). */
export function applicableTelemetries(snapshot: Snapshot, { gateway, config, features }: { readonly gateway: GatewayWorkload; readonly config: MeshConfig; readonly features: Features }): readonly Telemetry[] {
  const at = (namespace: string): readonly Telemetry[] => [...listObjects(snapshot, 'telemetries.telemetry.istio.io', namespace)].sort(byCreation).map((object) => parseTelemetry(object).value)
  const whole = (namespace: string): readonly Telemetry[] => at(namespace).filter(isWhole).slice(0, 1)
  const { namespace } = gateway
  const own = at(namespace).filter((telemetry) => !isWhole(telemetry) && attaches(telemetry, namespace, { gateway, features }))
  return [...whole(config.rootNamespace), ...(namespace === config.rootNamespace ? [] : whole(namespace)), ...own]
}

function isWhole(telemetry: Telemetry): boolean {
  return Object.keys(telemetry.selector ?? {}).length === 0 && telemetry.targetRefs.length === 0
}

/** The names of an entry's providers, as written. */
export function providersOf(entry: Fields): readonly string[] {
  return entry.objects('providers').map((provider) => provider.string('name') ?? '')
}
