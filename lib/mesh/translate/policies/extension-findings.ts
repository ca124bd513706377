import type { GatewayWorkload } from '../../gateway-workload'
import type { Problem } from '../../problem'
import type { ExtensionPhase, TrafficExtension } from './traffic-extensions'

const places: Readonly<Record<ExtensionPhase, string>> = { AUTHN: 'before tokens are read', AUTHZ: 'before AuthorizationPolicies', STATS: 'after AuthorizationPolicies', UNSPECIFIED_PHASE: 'after AuthorizationPolicies' }

/** Says of each extension of a gateway that what it does is not computed (MER080). */
export function extensionFindings(extensions: readonly TrafficExtension[], { namespace, name }: GatewayWorkload): readonly Problem[] {
  return extensions.map(({ source, phase, filter }): Problem => ({
    code: 'MER080', severity: 'info', subject: source, path: 'spec',
    params: { code: filter.typed_config === undefined ? 'wasm' : 'lua', phase: phase === 'UNSPECIFIED_PHASE' ? '' : phase, place: places[phase], gateway: `${namespace}/${name}` },
  }))
}
