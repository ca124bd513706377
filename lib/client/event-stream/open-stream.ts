import { browserSurroundings } from './browser-surroundings'
import type { FromHub, HubPort, ToHub } from './protocol'
import { createStreamHub } from './stream-hub'

/** A tab's line to the hub, wherever that lives. */
export interface HubLine {
  readonly send: (message: ToHub) => void
}

/**
 * Opens the tab's line to the event stream: through a SharedWorker (one EventSource a browser, since HTTP/1.1
 * allows six connections an origin), or with a hub of this tab's own where there is none or it cannot start.
 */
export function openStream(receive: (message: FromHub) => void): HubLine {
  const local = (): HubLine => {
    const hub = createStreamHub(browserSurroundings())
    const port: HubPort = { postMessage: receive }
    return { send: (message) => hub.receive(port, message) }
  }
  if (typeof SharedWorker === 'undefined') return local()
  try {
    return sharedLine(receive, local)
  } catch {
    return local()
  }
}

function sharedLine(receive: (message: FromHub) => void, local: () => HubLine): HubLine {
  const worker = new SharedWorker(new URL('./stream-worker.ts', import.meta.url), { name: 'meridian-stream', type: 'module' })
  const unanswered: ToHub[] = []
  let alive = false
  let line: HubLine = {
    send: (message) => {
      if (!alive) unanswered.push(message)
      worker.port.postMessage(message)
    },
  }
  worker.onerror = () => {
    if (alive) return
    worker.port.close()
    line = local()
    for (const message of unanswered.splice(0)) line.send(message)
  }
  worker.port.onmessage = (event: MessageEvent<FromHub>) => {
    alive = true
    unanswered.length = 0
    receive(event.data)
  }
  worker.port.start()
  return { send: (message) => line.send(message) }
}
