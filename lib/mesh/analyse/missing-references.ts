import { mentionsOf } from '../references/mentions'
import { exists, resolve } from '../references/references'
import type { Problem } from '../problem'
import { formatRef, refOf } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { bindsGateway } from './binds-gateway'
import { perObject } from './per-object'

/**
 * IST0101 (Istio: ReferencedResourceNotFound): a rule of the edge names a Gateway, a host, a delegate or a Secret
 * that is not there. What Meridian does not read is not judged.
 */
export function missingReferences(snapshot: Snapshot): readonly Problem[] {
  return (['virtualservices.networking.istio.io', 'gateways.networking.istio.io'] as const).flatMap((key) => judge(snapshot, listObjects(snapshot, key), undefined))
}

const judge = perObject((snapshot, object): readonly Problem[] => {
  if (!bindsGateway(object)) return []
  return mentionsOf(object).flatMap((mention): readonly Problem[] => {
    const target = resolve(snapshot, mention)
    if (exists(snapshot, target) !== false) return []
    const reftype = mention.kind === 'host' ? 'host' : target.kind === 'VirtualService' ? 'delegate' : target.kind === 'Secret' ? 'credentialName' : target.kind.toLowerCase()
    return [{
      code: 'IST0101', severity: 'error', subject: refOf(object), path: mention.path,
      params: { reftype, refval: mention.kind === 'host' ? mention.host : `${target.namespace}/${target.name}`, target: formatRef(target) },
    }]
  })
})
