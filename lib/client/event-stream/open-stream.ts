import type { FromHub, HubLine, ToHub } from './protocol'

/**
 * Opens the tab's line to the event stream: through a SharedWorker (one EventSource a browser, since HTTP/1.1
 * allows six connections an origin), or with a hub of this tab's own where there is none or it cannot start.
 */
export function openStream(receive: (message: FromHub) => void): HubLine {
  const local = (): HubLine => localLine(receive)
  if (typeof SharedWorker === 'undefined') return local()
  try {
    return sharedLine(receive, local)
  } catch {
    return local()
  }
}

/** The tab's own hub is loaded only where it is needed. */
function localLine(receive: (message: FromHub) => void): HubLine {
  const waiting: ToHub[] = []
  let line: HubLine = { send: (message) => { waiting.push(message) } }
  void import('./local-hub').then(({ openLocalHub }) => {
    line = openLocalHub(receive)
    for (const message of waiting) line.send(message)
  })
  return { send: (message) => line.send(message) }
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
