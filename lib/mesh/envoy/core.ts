import type { Json } from '@/lib/std/json'

/** google.protobuf.Any as protojson prints it: the message's fields beside its type URL. */
export interface Any {
  readonly '@type': string
  readonly [field: string]: Json | undefined
}

/** envoy.config.core.v3.SocketAddress. */
export interface SocketAddress {
  readonly address: string
  readonly port_value: number
  readonly protocol?: 'TCP' | 'UDP'
}

/** envoy.config.accesslog.v3.AccessLog. */
export interface AccessLog {
  readonly name: string
  readonly filter?: Json
  readonly typed_config: Any
}

/** google.protobuf.Duration as protojson prints it: `3s`, `0.250s`. */
export type Duration = string

/** envoy.type.matcher.v3.StringMatcher; exactly one of the patterns is set. `safe_regex` is RE2, full match. */
export interface StringMatcher {
  readonly exact?: string
  readonly prefix?: string
  readonly suffix?: string
  readonly contains?: string
  readonly safe_regex?: { readonly regex: string }
  readonly ignore_case?: boolean
}

/** envoy.config.core.v3.RuntimeFractionalPercent. */
export interface FractionalPercent {
  readonly default_value?: { readonly numerator?: number; readonly denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION' }
  readonly runtime_key?: string
}

/** envoy.config.core.v3.HeaderValueOption. */
export interface HeaderValueOption {
  readonly header: { readonly key: string; readonly value?: string }
  readonly append_action?: 'APPEND_IF_EXISTS_OR_ADD' | 'ADD_IF_ABSENT' | 'OVERWRITE_IF_EXISTS_OR_ADD' | 'OVERWRITE_IF_EXISTS'
}
