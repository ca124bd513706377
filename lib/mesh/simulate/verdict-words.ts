import { assertNever } from '@/lib/std/assert-never'
import type { Explanation } from './explanation'

/** The verdict in a sentence: the status that the client sees, then why. Envoy's names are in it as they are. */
export function verdictWords({ outcome, response, clusters, virtualHost, routeConfiguration, rewritten, listener }: Explanation): string {
  const status = response.status === null ? '' : `${response.status} `
  switch (outcome.kind) {
    case 'no-listener': return 'Connection refused: the gateway has no listener on this port.'
    case 'no-filter-chain': return `Connection closed: no filter chain of ${listener ?? 'the listener'} takes it.`
    case 'multiple-filter-chains': return 'Envoy refuses this listener: two of its filter chains match the same.'
    case 'tls-error': return response.details === 'client-certificate-missing' ? 'TLS fails: a client certificate is required.' : 'The port expects TLS, the client speaks plain text.'
    case 'protocol-error': return `${status}Protocol error: ${response.details}.`
    case 'denied': return `${status}Denied: ${response.details}.`
    case 'no-virtual-host': return `${status}No virtual host of ${routeConfiguration ?? 'the routes'} takes host ${rewritten.authority}.`
    case 'no-route': return `${status}No route of ${virtualHost ?? 'the virtual host'} matches.`
    case 'tls-redirect': case 'redirect': return `${status}Redirect to ${outcome.location ?? ''}`
    case 'direct-response': return `${status}The gateway answers itself.`
    case 'aborted-by-fault': return `${status}Aborted by fault injection.`
    case 'routed': case 'tcp': return clusters.length === 0 ? `${status}No cluster is named.` : `${status}${status === '' ? 'Goes to' : 'Would go to'} ${clusters.map(({ name }) => name).join(', ')}`
    default: return assertNever(outcome.kind)
  }
}
