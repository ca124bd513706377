import type { Json } from '@/lib/std/json'
import type { GatewayWorkload } from '../../gateway-workload'
import type { Fields } from '../../istio/read'

const dryRunTags = ['allow_policy.name', 'allow_policy.result', 'deny_policy.name', 'deny_policy.result'].map((tag) => {
  const [action = '', field = ''] = tag.split('_policy.')
  const key = `istio_dry_run_${action}_shadow_${field === 'name' ? 'effective_policy_id' : 'engine_result'}`
  return { tag: `istio.authorization.dry_run.${tag}`, metadata: { kind: { request: {} }, metadata_key: { key: 'envoy.filters.http.rbac', path: [{ key }] } } }
})

/** A tag of a span, as the connection manager has it. */
export type Tag = { readonly tag: string } & { readonly [field: string]: Json }

/** Istio's own nine tags: who the gateway is, and what dry runs of policies said. */
export function istioTags(gateway: GatewayWorkload): readonly Tag[] {
  const literal = (tag: string, value: string): Tag => ({ tag: `istio.${tag}`, literal: { value } })
  return [
    ...dryRunTags,
    literal('canonical_revision', gateway.labels['service.istio.io/canonical-revision'] ?? 'latest'),
    literal('canonical_service', gateway.labels['service.istio.io/canonical-name'] ?? 'unknown'),
    literal('cluster_id', 'Kubernetes'),
    literal('mesh_id', 'unknown'),
    literal('namespace', gateway.namespace),
  ]
}

/** ProxyConfig's customTags; one without a value is left out. */
export function proxyTags(written: Fields | undefined): readonly Tag[] {
  return (written?.objectMap('customTags') ?? []).flatMap(([tag, entry]) => { const value = tagValue(entry); return value ? [{ tag, ...value }] : [] })
}

/** Telemetry's customTags, which may also be made by a format. */
export function telemetryTags(written: Fields): readonly Tag[] {
  return written.objectMap('customTags').map(([tag, entry]) => {
    const format = entry.object('formatter')
    return { tag, ...(format ? { value: format.string('value') ?? '' } : tagValue(entry)) }
  })
}

function tagValue(entry: Fields): { readonly [field: string]: Json } | undefined {
  const named = (source: Fields): { readonly [field: string]: Json } => {
    const fallback = source.string('defaultValue') ?? ''
    return { name: source.string('name') ?? '', ...(fallback === '' ? {} : { default_value: fallback }) }
  }
  const [literal, header, environment] = [entry.object('literal'), entry.object('header'), entry.object('environment')]
  if (literal) return { literal: { value: literal.string('value') ?? '' } }
  if (header) return { request_header: named(header) }
  return environment && { environment: named(environment) }
}
