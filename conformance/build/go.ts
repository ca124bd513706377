import { join } from 'node:path'
import { output } from '../process/run'
import { UsageError } from '../process/usage-error'
import { cachedFolder, keyOf } from './cache'
import { projectRoot } from './project-root'

/** One Go program of a module under conformance/. */
export interface GoTarget {
  /** The binary's name. */
  readonly name: string
  /** The module's folder under conformance/. */
  readonly module: 'kubernetes' | 'etcd' | 'kwok' | 'istio'
  /** The package to build, as `go build` takes it. */
  readonly package: string
  /** Our own sources of it, within the module's folder. */
  readonly sources: readonly string[]
  readonly ldflags?: string
}

const kubernetesVersion = '1.35.4'
const version = (field: string, value: string) => `-X k8s.io/component-base/version.${field}=${value}`

/** All programs of the real control plane that are built from Go modules. */
export const goTargets = {
  apiserver: {
    name: 'kube-apiserver', module: 'kubernetes', package: '.', sources: ['main.go'],
    ldflags: [version('gitVersion', `v${kubernetesVersion}`), version('gitMajor', '1'), version('gitMinor', '35')].join(' '),
  },
  etcd: { name: 'etcd', module: 'etcd', package: '.', sources: ['main.go'] },
  kwok: { name: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', sources: [] },
  istiod: { name: 'pilot-discovery', module: 'istio', package: 'istio.io/istio/pilot/cmd/pilot-discovery', sources: [] },
  agent: { name: 'pilot-agent', module: 'istio', package: 'istio.io/istio/pilot/cmd/pilot-agent', sources: [] },
  judge: { name: 'judge', module: 'istio', package: './cmd/judge', sources: ['cmd/judge'] },
} as const satisfies Record<string, GoTarget>

/** Builds a program if the cache has none for these sources; the path of its binary. */
export async function buildGo(target: GoTarget, say: (line: string) => void = () => {}): Promise<string> {
  const folder = join(projectRoot(), 'conformance', target.module)
  const key = keyOf(['go.mod', 'go.sum', ...target.sources].map((file) => join(folder, file)), [await goVersion(), target.package, target.ldflags ?? ''])
  const built = await cachedFolder(target.name, key, async (draft) => {
    say(`building ${target.name} (minutes the first time, kept in the cache afterwards)`)
    await output('nice', ['-n', '10', 'go', 'build', '-trimpath', '-ldflags', `-s -w ${target.ldflags ?? ''}`.trim(), '-o', join(draft, target.name), target.package], { cwd: folder })
  })
  return join(built, target.name)
}

/** The folder of a Go module's sources in the module cache. */
export async function goModuleFolder(module: GoTarget['module'], path: string): Promise<string> {
  const folder = join(projectRoot(), 'conformance', module)
  await output('go', ['mod', 'download', path], { cwd: folder })
  return (await output('go', ['list', '-m', '-f', '{{.Dir}}', path], { cwd: folder })).trim()
}

let known: Promise<string> | undefined

/** The version of the Go compiler, `go1.26.8`. Without Go: a UsageError. */
export function goVersion(): Promise<string> {
  known ??= output('go', ['env', 'GOVERSION'], { cwd: join(projectRoot(), 'conformance', 'istio') }).then((text) => text.trim(), (error: unknown) => {
    throw new UsageError(`The real control plane is built from source and needs Go 1.26 or later: https://go.dev/dl/ (${error instanceof Error ? error.message.split('\n')[0] ?? '' : 'go does not start'})`)
  })
  return known
}
