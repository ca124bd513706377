import type { Json } from '@/lib/std/json'
import type { Any, Duration, FractionalPercent, HeaderValueOption, StringMatcher } from './core'

/** envoy.config.route.v3.RouteConfiguration. */
export interface RouteConfiguration {
  readonly name: string
  readonly virtual_hosts: readonly VirtualHost[]
  readonly validate_clusters?: boolean
  readonly max_direct_response_body_size_bytes?: number
  readonly ignore_port_in_host_matching?: boolean
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.VirtualHost. */
export interface VirtualHost {
  readonly name: string
  readonly domains: readonly string[]
  readonly routes?: readonly Route[]
  readonly require_tls?: 'EXTERNAL_ONLY' | 'ALL'
  readonly include_request_attempt_count?: boolean
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.Route. Exactly one of route, redirect, direct_response (or none: Envoy refuses it). */
export interface Route {
  readonly name?: string
  readonly match: RouteMatch
  readonly route?: RouteAction
  readonly redirect?: RedirectAction
  readonly direct_response?: DirectResponseAction
  readonly metadata?: Json
  readonly decorator?: { readonly operation: string }
  readonly typed_per_filter_config?: { readonly [filter: string]: Any }
  readonly request_headers_to_add?: readonly HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly response_headers_to_add?: readonly HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly stat_prefix?: string
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.RouteMatch. Exactly one path specifier. */
export interface RouteMatch {
  readonly prefix?: string
  readonly path?: string
  readonly path_separated_prefix?: string
  readonly safe_regex?: { readonly regex: string }
  readonly path_match_policy?: { readonly name: string; readonly typed_config: Any }
  readonly case_sensitive?: boolean
  readonly headers?: readonly HeaderMatcher[]
  readonly query_parameters?: readonly QueryParameterMatcher[]
  readonly dynamic_metadata?: readonly Json[]
  readonly runtime_fraction?: FractionalPercent
  readonly grpc?: { readonly [field: string]: never }
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.HeaderMatcher. */
export interface HeaderMatcher {
  readonly name: string
  readonly string_match?: StringMatcher
  readonly present_match?: boolean
  readonly range_match?: { readonly start?: string; readonly end?: string }
  readonly invert_match?: boolean
  readonly treat_missing_header_as_empty?: boolean
}

/** envoy.config.route.v3.QueryParameterMatcher. */
export interface QueryParameterMatcher {
  readonly name: string
  readonly string_match?: StringMatcher
  readonly present_match?: boolean
}

/** envoy.config.route.v3.RouteAction. */
export interface RouteAction {
  readonly cluster?: string
  readonly weighted_clusters?: { readonly clusters: readonly ClusterWeight[]; readonly total_weight?: number }
  readonly cluster_not_found_response_code?: string
  readonly timeout?: Duration
  readonly prefix_rewrite?: string
  readonly regex_rewrite?: { readonly pattern: { readonly regex: string }; readonly substitution: string }
  readonly host_rewrite_literal?: string
  readonly auto_host_rewrite?: boolean
  readonly retry_policy?: Json
  readonly request_mirror_policies?: readonly RequestMirrorPolicy[]
  readonly hash_policy?: readonly Json[]
  readonly max_grpc_timeout?: Duration
  readonly max_stream_duration?: Json
  readonly upgrade_configs?: readonly Json[]
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.WeightedCluster.ClusterWeight. */
export interface ClusterWeight {
  readonly name: string
  readonly weight?: number
  readonly host_rewrite_literal?: string
  readonly request_headers_to_add?: readonly HeaderValueOption[]
  readonly request_headers_to_remove?: readonly string[]
  readonly response_headers_to_add?: readonly HeaderValueOption[]
  readonly response_headers_to_remove?: readonly string[]
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.RouteAction.RequestMirrorPolicy. */
export interface RequestMirrorPolicy {
  readonly cluster: string
  readonly runtime_fraction?: FractionalPercent
  readonly trace_sampled?: boolean
  readonly disable_shadow_host_suffix_append?: boolean
  readonly [field: string]: unknown
}

/** envoy.config.route.v3.RedirectAction. */
export interface RedirectAction {
  readonly host_redirect?: string
  readonly path_redirect?: string
  readonly prefix_rewrite?: string
  readonly scheme_redirect?: string
  readonly https_redirect?: boolean
  readonly port_redirect?: number
  readonly response_code?: 'MOVED_PERMANENTLY' | 'FOUND' | 'SEE_OTHER' | 'TEMPORARY_REDIRECT' | 'PERMANENT_REDIRECT'
  readonly strip_query?: boolean
  readonly regex_rewrite?: { readonly pattern: { readonly regex: string }; readonly substitution: string }
}

/** envoy.config.route.v3.DirectResponseAction. */
export interface DirectResponseAction {
  readonly status?: number
  readonly body?: { readonly inline_string?: string; readonly inline_bytes?: string }
}
