import { part, type Detector } from './evidence'

/** SEE: what istiod looks at. */
export const seenDetectors: readonly Detector[] = [
  ['SEE1', (evidence) => evidence.objects('Namespace').length > 0 && evidence.objects('ConfigMap').some((object) => String(part(object, 'data')['mesh']).includes('discoverySelectors: [{'))],
  ['SEE2', (evidence) => ['Gateway', 'VirtualService', 'HTTPRoute', 'DestinationRule'].some((kind) => evidence.objects(kind).some((object) => part(part(object, 'metadata'), 'labels')['istio.io/rev'] !== undefined))],
]
