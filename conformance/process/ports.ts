import { createServer } from 'node:net'

const given = new Set<number>()

/**
 * A TCP port that is free on all addresses: the first free one of `preferred`, else one that the
 * system gives. No port is given twice by one process.
 */
export async function freePort(...preferred: readonly number[]): Promise<number> {
  for (const port of [...preferred, ...Array.from({ length: 50 }, () => 0)]) {
    const found = given.has(port) ? undefined : await tryPort(port)
    if (found === undefined || given.has(found)) continue
    given.add(found)
    return found
  }
  throw new Error('no free TCP port')
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(undefined))
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
