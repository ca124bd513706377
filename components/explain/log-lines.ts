import { streamEventSchema } from '@/lib/contract/stream'
import { logLineSchema } from '@/lib/contract/views/logs'
import { parseAccessLog, type AccessLogLine } from '@/lib/mesh/log/access-log'

/** One request as a gateway's access log tells it. */
export interface LoggedRequest {
  readonly pod: string
  /** RFC 3339. */
  readonly at: string
  readonly access: AccessLogLine
}

/** The requests in a `lines` event of view `logs` (its JSON text); undefined for any other event. */
export function loggedRequests(text: string): readonly LoggedRequest[] | undefined {
  const event = streamEventSchema.safeParse(parsed(text))
  if (!event.success || event.data.kind !== 'lines') return undefined
  return event.data.lines.flatMap((item) => {
    const line = logLineSchema.safeParse(item)
    const access = line.success ? parseAccessLog(line.data[2]) : undefined
    return !line.success || access === undefined || access.method === '' || access.authority === '' ? [] : [{ pod: line.data[0], at: line.data[1], access }]
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
