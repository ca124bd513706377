import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { envoyBinary } from '../build/envoy'
import { startDaemon } from '../process/daemon'
import { freePort } from '../process/ports'
import { waitFor } from '../process/wait-for'
import { status } from '../stack/istiod'
import type { ProbeAnswer, ProbeCase } from './probe-case'
import { placeOf, probeClusters, probeListener } from './probe-configuration'
import { askProbes } from './probe-run'
import { startSurroundings } from './surroundings'

/** Asks real Envoy about every probe. A probe that Envoy refuses is in `refused` with its reason. */
export async function askEnvoy(probes: readonly ProbeCase[]): Promise<{ readonly answers: Record<string, (ProbeAnswer | null)[]>; readonly refused: ReadonlyMap<string, string> }> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-probe-'))
  const logFile = join(folder, 'decisions.jsonl')
  const surroundings = await startSurroundings()
  const adminPort = await freePort()
  const ports = new Map<string, number>()
  for (const { name } of probes) ports.set(name, await freePort())
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content))
    return join(folder, name)
  }
  const source = (name: string, type: string, resources: readonly object[]) => ({
    resource_api_version: 'V3', path_config_source: { path: file(name, { version_info: '1', resources: resources.map((resource) => ({ '@type': `type.googleapis.com/envoy.config.${type}`, ...resource })) }) },
  })
  const bootstrap = file('bootstrap.json', {
    node: { id: 'probe', cluster: 'probe' }, admin: { address: { socket_address: { address: '127.0.0.1', port_value: adminPort } } },
    dynamic_resources: {
      lds_config: source('lds.json', 'listener.v3.Listener', probes.map((probe) => probeListener(probe, { ...placeOf(surroundings), port: ports.get(probe.name) ?? 0, logFile }))),
      cds_config: source('cds.json', 'cluster.v3.Cluster', probeClusters(surroundings.upstreamPort)),
    },
  })
  const said: string[] = []
  const daemon = startDaemon({
    name: 'envoy', command: await envoyBinary(), onLine: (_stream, line) => said.push(line),
    args: ['-c', bootstrap, '--concurrency', '1', '--use-dynamic-base-id', '--file-flush-interval-msec', '10', '--log-level', 'warning', '--base-id-path', join(folder, 'base-id')],
  })
  try {
    await waitFor('Envoy\'s readiness', async () => await status(adminPort, '/ready') === 200 ? true : undefined, { seconds: 30, every: 30 })
    const refused = new Map(said.flatMap((line, at) => {
      const found = /listener '([^']*)' config rejected: (.*)/.exec(line)
      if (found === null) return []
      // A message may go on in the lines after, and tells the reason at its end.
      const end = said.findIndex((next, index) => index > at && next.startsWith('['))
      const rest = said.slice(at + 1, end < 0 ? undefined : end).join(' ')
      return [[found[1] ?? '', `${found[2] ?? ''}${rest.slice(-200)}`] as const]
    }))
    const answers = await askProbes(surroundings, probes.filter(({ name }) => !refused.has(name)), (name) => ports.get(name), () => existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
    return { answers, refused }
  } catch (error) {
    throw new Error(`Envoy did not start: ${said.slice(-5).join('\n')}`, { cause: error })
  } finally {
    await daemon.stop({ signal: 'SIGKILL' })
    surroundings.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
