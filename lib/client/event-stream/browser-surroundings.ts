import { endpoints } from '@/lib/contract/endpoints'
import type { HubSurroundings } from './stream-hub'

/** The hub's surroundings in a browser's tab or SharedWorker. */
export function browserSurroundings(): HubSurroundings {
  return {
    openSource: (url, hear) => {
      const source = new EventSource(url)
      source.onmessage = (event: MessageEvent<string>) => hear.message(event.data)
      source.onerror = () => hear.error()
      return () => source.close()
    },
    put: async (url, body) => {
      try {
        const reply = await fetch(url, { method: 'PUT', body, credentials: 'same-origin', headers: { 'content-type': 'application/json', 'x-meridian': '1' } })
        return reply.status
      } catch {
        return 0
      }
    },
    now: () => Date.now(),
    after: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds)
      return () => clearTimeout(timer)
    },
    streamUrl: endpoints.stream,
    newId: () => crypto.randomUUID(),
  }
}
