import type * as z from 'zod/mini'
import type { gatewaysView } from '@/lib/contract/views/gateways'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { paths } from '../shell/paths'
import { certificateState } from '../ui/certificate-state'
import type { LiveGateway } from './live-gateway'

/** One row of the view. */
export type GatewayData = z.output<typeof gatewaysView.data>['gateways'][number]

/** Whether a gateway's row is opened on arrival: something about it is broken. */
export function hasTrouble(row: GatewayData): boolean {
  return row.problems.some((problem) => problem.severity === 'error')
}

/** Whether a row fits the filter: its key, an address or a port holds the text. */
export function matchesText(row: GatewayData, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return true
  return [gatewayKey(row), ...row.addresses.map((address) => address.text), ...row.ports.map((port) => String(port.port))].some((part) => part.includes(wanted))
}

/** How many findings of each severity, of the objects and of the Envoys. */
export function countProblems(row: GatewayData, live: LiveGateway | undefined): { readonly errors: number; readonly warnings: number; readonly notes: number } {
  const count = (severity: string) => row.problems.filter((problem) => problem.severity === severity).length
  const certificate = live?.certificate ? certificateState(live.certificate.daysLeft) : 'ok'
  return { errors: count('error') + (certificate === 'bad' ? 1 : 0), warnings: count('warning') + (certificate === 'warn' ? 1 : 0) + (live?.behind.length ?? 0), notes: count('info') }
}

/** Known writers in people's words; others as the API server names them. */
export function managerWords(manager: string | null): string {
  if (manager === null) return ''
  if (manager.startsWith('argocd')) return 'Argo CD'
  return manager === 'Helm' || manager === 'helm' ? 'Helm' : manager
}

/** The map of one gateway. */
export function mapPath(cluster: string, row: { readonly namespace: string; readonly name: string }): string {
  return `${paths.map(cluster)}?gateway=${encodeURIComponent(gatewayKey(row))}`
}
