import type { EnvoyLog } from '../data-plane/envoy-log'
import { isLogLevel, logLevels } from '../data-plane/envoy-log'

const usage = `
usage: /logging?<name>=<level> (change single level)
usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
usage: /logging?level=<level> (change all levels)
usage: /logging?group=<group_name>:<level> (change group of loggers)
levels: ${logLevels.join(' ')} 
`

/** POST /logging (LogsHandler::handlerLogging): changes levels as the query says and lists all loggers. */
export function changeLogging(log: EnvoyLog, query: URLSearchParams): { readonly status: number; readonly body: string } {
  const error = change(log, [...query])
  const loggers = `active loggers:\n${[...log.levels()].map(([name, level]) => `  ${name}: ${level}\n`).join('')}\n`
  return error === undefined ? { status: 200, body: loggers } : { status: 400, body: `error: ${error}\n${usage}${loggers}` }
}

function change(log: EnvoyLog, parameters: readonly (readonly [string, string])[]): string | undefined {
  const only = parameters[0]
  if (only === undefined) return undefined
  if (parameters.length > 1) return 'invalid number of parameters'
  const [name, value] = only
  if (name === 'level') {
    if (!isLogLevel(value)) return 'unknown logger level'
    log.setAll(value)
    log.write('info', 'misc', 'source/common/common/logger.cc:176', `change all log levels: level='${value}'`)
    return undefined
  }
  const wanted = name === 'paths' || name === 'group' ? value.split(',').map((part) => part.split(':')) : [[name, value]]
  const known = log.levels()
  for (const [logger, level] of wanted) {
    if (logger === undefined || level === undefined || logger === '') return 'empty logger name or empty logger level'
    if (!isLogLevel(level)) return 'unknown logger level'
    if (!known.has(logger)) return 'unknown logger name'
  }
  for (const [logger = '', level = ''] of wanted) {
    if (isLogLevel(level)) log.setLevel(logger, level)
    log.write('info', 'admin', 'source/server/admin/logs_handler.cc:228', `change log level: name='${logger}' level='${level}'`)
  }
  return undefined
}
