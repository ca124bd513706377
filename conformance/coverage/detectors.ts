import { extensionDetectors } from './extensions'
import { gatewayApiDetectors } from './gateway-api'
import { gatewayDetectors } from './gateways'
import { clusterDetectors } from './clusters'
import { policyDetectors } from './policies'
import { routeDetectors } from './routes'
import { seenDetectors } from './seen'
import type { Detector } from './evidence'

/** One detector for each rule of SPEC.md's first part, in its order; what a test alone can show (DET2) has none. */
export const detectors: readonly Detector[] = [...gatewayDetectors, ...routeDetectors, ...clusterDetectors, ...policyDetectors, ...extensionDetectors, ...gatewayApiDetectors, ...seenDetectors, ['BAD1', ({ refused }) => refused], ['DET1', ({ reversed }) => reversed]]
