/** Envoy's log levels, least severe first. */
export const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const

/** One of Envoy's log levels. */
export type LogLevel = (typeof logLevels)[number]

/** The loggers of Envoy 1.40 in the order in which POST /logging lists them. */
export const loggerNames = [
  'a2a', 'admin', 'ai_protocol_manager', 'alternate_protocols_cache', 'aws', 'assert', 'backtrace', 'basic_auth', 'cache_filter', 'client', 'config',
  'connection', 'conn_handler', 'compression', 'credential_injector', 'decompression', 'dns', 'dubbo', 'envoy_bug', 'ext_authz', 'ext_proc', 'rocketmq',
  'file', 'filter', 'forward_proxy', 'geolocation', 'grpc', 'happy_eyeballs', 'hc', 'health_checker', 'http', 'http2', 'hystrix', 'init', 'io', 'jwt',
  'json_rpc', 'kafka', 'key_value_store', 'lua', 'local_rate_limit', 'main', 'matcher', 'mcp', 'misc', 'mongo', 'multi_connection', 'notification',
  'oauth2', 'quic', 'quic_stream', 'pool', 'rate_limit_quota', 'rbac', 'rds', 'redis', 'router', 'runtime', 'stats', 'secret', 'sse', 'tap', 'testing',
  'thrift', 'tracing', 'upstream', 'udp', 'wasm', 'websocket', 'golang', 'stats_sinks', 'dynamic_modules', 'ip_tagging',
] as const

/** Envoy's own log: lines gated by a level for each logger. */
export interface EnvoyLog {
  /** Writes a line unless the logger's level is above `level`. `place` is Envoy's source file and line. */
  write(level: Exclude<LogLevel, 'off'>, logger: string, place: string, message: string): void
  /** Level of each logger, in Envoy's order. */
  levels(): ReadonlyMap<string, LogLevel>
  /** Sets one logger's level; false when there is no such logger. */
  setLevel(logger: string, level: LogLevel): boolean
  /** Sets every logger's level. */
  setAll(level: LogLevel): void
}

/** Envoy's log with all loggers at `info`, which is Envoy's default. */
export function createEnvoyLog(options: { readonly onLine: (line: string) => void; readonly now: () => number; readonly pid: number }): EnvoyLog {
  const levels = new Map<string, LogLevel>(loggerNames.map((name) => [name, 'info']))
  return {
    write: (level, logger, place, message) => {
      const threshold = levels.get(logger) ?? 'info'
      if (logLevels.indexOf(level) < logLevels.indexOf(threshold)) return
      options.onLine(`[${timestamp(options.now())}][${String(options.pid)}][${level}][${logger}] [${place}] ${message}`)
    },
    levels: () => levels,
    setLevel: (logger, level) => {
      if (!levels.has(logger)) return false
      levels.set(logger, level)
      return true
    },
    setAll: (level) => {
      for (const name of loggerNames) levels.set(name, level)
    },
  }
}

/** Whether a text names a log level. */
export function isLogLevel(text: string): text is LogLevel {
  return logLevels.some((level) => level === text)
}

function timestamp(now: number): string {
  return new Date(now).toISOString().replace('T', ' ').replace('Z', '')
}
