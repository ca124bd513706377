import type { AppError } from '@/lib/contract/app-error'
import type { PodBehind } from '@/lib/mesh/gateway-list/pod-sync'

/** The certificate of a gateway that ends first. */
export interface FirstCertificate {
  readonly daysLeft: number
  readonly expires: string
  readonly names: readonly string[]
  readonly pod: string
}

/** What a gateway's Envoys say of themselves. `asked` is how many pods were asked, `read` how many answered. */
export interface LiveGateway {
  readonly asked: number
  readonly read: number
  readonly behind: readonly PodBehind[]
  readonly certificate: FirstCertificate | null
  readonly error: AppError | null
}
