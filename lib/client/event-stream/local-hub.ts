import { browserSurroundings } from './browser-surroundings'
import type { FromHub, HubLine, HubPort } from './protocol'
import { createStreamHub } from './stream-hub'

/** A hub of this tab's own. */
export function openLocalHub(receive: (message: FromHub) => void): HubLine {
  const hub = createStreamHub(browserSurroundings())
  const port: HubPort = { postMessage: receive }
  return { send: (message) => hub.receive(port, message) }
}
