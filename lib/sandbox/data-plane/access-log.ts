import { listOf, numberOf, objectOf, optionalObject, stringOf, stringsOf } from '@/lib/mesh/simulate/read'
import type { Json, JsonObject } from '@/lib/std/json'
import { fillFormat, fillLeaf } from './format'
import type { StreamInfo } from './stream-info'

/** Envoy's own default format, for a file logger that names none. */
const envoyDefault =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% ' +
  '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"\n'

/** Writes the lines that a listener's, connection manager's or tcp_proxy's `access_log` asks for; only files on the container's output count. */
export function writeAccessLogs(loggers: unknown, stream: StreamInfo, options: { readonly now: number; readonly onLine: (line: string) => void }): void {
  for (const item of listOf(loggers)) {
    const logger = objectOf(item)
    const config = objectOf(logger.typed_config)
    const path = stringOf(config.path)
    const toOutput = path === '/dev/stdout' || path === '/dev/stderr' || (stringOf(config['@type']) ?? '').endsWith('StdoutAccessLog')
    if (!toOutput || !passes(optionalObject(logger.filter), stream, options.now)) continue
    const line = formatLine(config, stream, options.now)
    for (const part of line.endsWith('\n') ? line.slice(0, -1).split('\n') : [line]) options.onLine(part)
  }
}

function formatLine(config: JsonObject, stream: StreamInfo, end: number): string {
  const format = objectOf(config.log_format)
  const json = optionalObject(format.json_format) ?? optionalObject(config.json_format)
  if (json !== undefined) return JSON.stringify(fillJson(json, stream, end))
  const text = stringOf(objectOf(format.text_format_source).inline_string) ?? stringOf(format.text_format) ?? stringOf(config.format)
  return fillFormat(text ?? envoyDefault, stream, end, format.omit_empty_values === true ? '' : '-')
}

/** JSON lines have their keys sorted, as Envoy's JsonFormatterImpl prints them. */
function fillJson(value: Json | undefined, stream: StreamInfo, end: number): Json {
  if (typeof value === 'string') return fillLeaf(value, stream, end)
  if (Array.isArray(value)) return value.map((item: Json) => fillJson(item, stream, end))
  const object = optionalObject(value)
  if (object === undefined) return value ?? null
  return Object.fromEntries(Object.keys(object).sort().map((key) => [key, fillJson(object[key], stream, end)]))
}

function passes(filter: JsonObject | undefined, stream: StreamInfo, end: number): boolean {
  if (filter === undefined) return true
  if (filter.response_flag_filter !== undefined) {
    const wanted = stringsOf(objectOf(filter.response_flag_filter).flags)
    return wanted.length === 0 ? stream.flags.size > 0 : wanted.some((flag) => stream.flags.has(flag))
  }
  if (filter.status_code_filter !== undefined) return compare(objectOf(objectOf(filter.status_code_filter).comparison), stream.responseCode)
  if (filter.duration_filter !== undefined) return compare(objectOf(objectOf(filter.duration_filter).comparison), end - stream.start)
  if (filter.and_filter !== undefined) return listOf(objectOf(filter.and_filter).filters).every((item) => passes(optionalObject(item), stream, end))
  if (filter.or_filter !== undefined) return listOf(objectOf(filter.or_filter).filters).some((item) => passes(optionalObject(item), stream, end))
  return true
}

function compare(comparison: JsonObject, actual: number): boolean {
  const value = numberOf(objectOf(comparison.value).default_value) ?? 0
  if (comparison.op === 'GE') return actual >= value
  return comparison.op === 'LE' ? actual <= value : actual === value
}
