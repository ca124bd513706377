import { compareBytes } from '@/lib/std/compare-bytes'
import type { Json } from '@/lib/std/json'
import type { GatewayWorkload } from '../gateway-workload'
import type { MeshConfig } from '../istio/mesh-config'
import type { Fields } from '../istio/read'

const dryRunTags = ['allow_policy.name', 'allow_policy.result', 'deny_policy.name', 'deny_policy.result'].map((tag) => {
  const [action = '', field = ''] = tag.split('_policy.')
  const key = `istio_dry_run_${action}_shadow_${field === 'name' ? 'effective_policy_id' : 'engine_result'}`
  return { tag: `istio.authorization.dry_run.${tag}`, metadata: { kind: { request: {} }, metadata_key: { key: 'envoy.filters.http.rbac', path: [{ key }] } } }
})

type Tag = { readonly tag: string } & { readonly [field: string]: Json }

/** Tracing as MeshConfig alone makes it (istio-policies A7): sampling, the nine Istio tags and ProxyConfig's own. undefined: switched off, or a default provider that is none. */
export function tracing(gateway: GatewayWorkload, config: MeshConfig): Json | undefined {
  if (config.fields.bool('enableTracing') === false || (config.fields.object('defaultProviders')?.strings('tracing') ?? []).length > 0) return undefined
  const settings = config.fields.object('defaultConfig')?.object('tracing')
  const written = settings?.number('sampling') ?? 0
  const longest = settings?.int('maxPathTagLength') ?? 0
  const tags = [...(settings?.bool('enableIstioTags') === false ? [] : istioTags(gateway)), ...customTags(settings?.object('customTags'))]
  return {
    client_sampling: { value: 100 },
    random_sampling: { value: written > 100 || written === 0 ? 1 : written },
    overall_sampling: { value: 100 },
    ...(longest === 0 ? {} : { max_path_tag_length: longest }),
    custom_tags: tags.sort((a, b) => compareBytes(a.tag, b.tag)),
  }
}

function istioTags(gateway: GatewayWorkload): readonly Tag[] {
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

function customTags(written: Fields | undefined): readonly Tag[] {
  return Object.keys(written?.raw ?? {}).flatMap((tag): readonly Tag[] => {
    const entry = written?.object(tag)
    const named = (source: Fields): { readonly [field: string]: Json } => {
      const fallback = source.string('defaultValue') ?? ''
      return { name: source.string('name') ?? '', ...(fallback === '' ? {} : { default_value: fallback }) }
    }
    const [literal, header, environment] = [entry?.object('literal'), entry?.object('header'), entry?.object('environment')]
    if (literal) return [{ tag, literal: { value: literal.string('value') ?? '' } }]
    if (header) return [{ tag, request_header: named(header) }]
    return environment ? [{ tag, environment: named(environment) }] : []
  })
}
