import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'

const mark = '[redacted]'
const secretWords = ['private_key', 'password', 'token', 'secret', 'inline_bytes', 'inline_string', 'authorization', 'cookie', 'api_key', 'api-key', 'apikey', 'jwks', 'inline_code', 'source_code'] as const
/** Texts that are configuration, not secrets: access log formats and bodies of direct responses. */
const openParents: ReadonlySet<string> = new Set(['text_format_source', 'body'])
const headerLists: ReadonlySet<string> = new Set(['request_headers_to_add', 'response_headers_to_add', 'request_trailers_to_add', 'response_trailers_to_add'])

/**
 * An Envoy configuration without what could be secret (security.md): dumps of secrets are left out, texts under keys
 * that sound secret, values of added headers, code of Lua and configuration of Wasm are masked. Names stay: the name
 * of a secret is needed to find the Gateway that uses it.
 */
export function redact(value: Json): Json {
  return redactAt(value, '', false)
}

function redactAt(value: Json, parent: string, masked: boolean): Json {
  if (typeof value === 'string') return masked ? mark : value
  if (Array.isArray(value)) return value.filter((item: Json) => !isSecretsDump(item)).map((item: Json) => redactAt(headerLists.has(parent) ? withoutHeaderValue(item) : item, parent, masked))
  if (!isJsonObject(value)) return value
  const wasm = typeof value['@type'] === 'string' && value['@type'].includes('.wasm.')
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]): [string, Json][] => {
    if (inner === undefined || isSecretsDump(inner)) return []
    const open = openParents.has(parent) && (key === 'inline_string' || key === 'inline_bytes')
    const hide = !open && (wasm && key === 'configuration' ? true : key.toLowerCase().includes('jwks') || key === 'code' && parent === 'vm_config' || (isSecretKey(key) && !isJsonObject(inner) && !isObjectList(inner)))
    return [[key, redactAt(inner, key, hide || (masked && key !== '@type' && key !== 'name'))]]
  }))
}

function isSecretKey(key: string): boolean {
  const lower = key.toLowerCase()
  return secretWords.some((word) => lower.includes(word))
}

function isObjectList(value: Json): boolean {
  return Array.isArray(value) && value.some(isJsonObject)
}

function isSecretsDump(value: Json): boolean {
  return isJsonObject(value) && typeof value['@type'] === 'string' && value['@type'].endsWith('SecretsConfigDump')
}

function withoutHeaderValue(item: Json): Json {
  if (!isJsonObject(item) || !isJsonObject(item['header'])) return item
  const header: JsonObject = item['header']
  return { ...item, header: { ...header, ...(header['value'] === undefined ? {} : { value: mark }), ...(header['raw_value'] === undefined ? {} : { raw_value: mark }) } }
}
