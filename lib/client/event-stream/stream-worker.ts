import { browserSurroundings } from './browser-surroundings'
import { createStreamHub } from './stream-hub'

/** The SharedWorker: one hub, hence one EventSource, for all tabs of a browser. */
const hub = createStreamHub(browserSurroundings())

self.addEventListener('connect', (event) => {
  if (!(event instanceof MessageEvent)) return
  const port = event.ports[0]
  if (!port) return
  port.onmessage = (message) => hub.receive(port, message.data)
  port.addEventListener('close', () => hub.receive(port, { kind: 'bye' }))
  port.start()
})
