import { assets, type Assets } from './assets'
import { envoyBinary } from './envoy'
import { buildGo, goTargets, goVersion } from './go'

/** Paths of everything that the real control plane runs. */
export interface Binaries extends Assets {
  readonly etcd: string
  readonly apiserver: string
  readonly kwok: string
  readonly istiod: string
  readonly agent: string
  readonly envoy: string
}

/** Builds and fetches what the cache lacks, one after the other (each build uses all cores). */
export async function binaries(say: (line: string) => void): Promise<Binaries> {
  await goVersion()
  const envoy = await envoyBinary(say)
  const etcd = await buildGo(goTargets.etcd, say)
  const apiserver = await buildGo(goTargets.apiserver, say)
  const istiod = await buildGo(goTargets.istiod, say)
  const agent = await buildGo(goTargets.agent, say)
  const kwok = await buildGo(goTargets.kwok, say)
  return { ...await assets(), envoy, etcd, apiserver, istiod, agent, kwok }
}
