import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cachedFolder, keyOf } from './cache'
import { goModuleFolder } from './go'
import { projectRoot } from './project-root'

/** Files of the Go modules that are needed at run time, copied into the cache. */
export interface Assets {
  /** All CustomResourceDefinitions of Istio, one file. */
  readonly istioCrds: string
  /** CustomResourceDefinitions of the Gateway API, a folder: the standard channel, and the experimental one. */
  readonly gatewayCrds: string
  readonly gatewayCrdsExperimental: string
  /** pilot-agent's bootstrap template. */
  readonly envoyBootstrap: string
  /** kwok's "fast" stages, a folder with `node` and `pod`. */
  readonly kwokStages: string
  /** kwok's own CustomResourceDefinitions, a folder. */
  readonly kwokCrds: string
}

/** The files, fetched if the cache has none for these module versions. */
export async function assets(): Promise<Assets> {
  const root = join(projectRoot(), 'conformance')
  const key = keyOf(['istio/go.mod', 'istio/go.sum', 'kwok/go.mod', 'kwok/go.sum'].map((file) => join(root, file)), ['3'])
  const folder = await cachedFolder('assets', key, async (draft) => {
    const istio = await goModuleFolder('istio', 'istio.io/istio')
    const gateway = await goModuleFolder('istio', 'sigs.k8s.io/gateway-api')
    const kwok = await goModuleFolder('kwok', 'sigs.k8s.io/kwok')
    const copy = (from: string, to: string) => cpSync(from, join(draft, to), { recursive: true })
    mkdirSync(draft, { recursive: true })
    copy(join(istio, 'manifests/charts/base/files/crd-all.gen.yaml'), 'istio-crds.yaml')
    copy(join(istio, 'tools/packaging/common/envoy_bootstrap.json'), 'envoy_bootstrap.json')
    copy(join(gateway, 'config/crd/standard'), 'gateway-crds')
    copy(join(gateway, 'config/crd/experimental'), 'gateway-crds-experimental')
    copy(join(kwok, 'kustomize/stage'), 'kwok-stages')
    for (const name of ['logs', 'portforwards']) copy(join(kwok, `kustomize/crd/bases/kwok.x-k8s.io_${name}.yaml`), `kwok-crds/${name}.yaml`)
  })
  return {
    istioCrds: join(folder, 'istio-crds.yaml'),
    gatewayCrds: join(folder, 'gateway-crds'),
    gatewayCrdsExperimental: join(folder, 'gateway-crds-experimental'),
    envoyBootstrap: join(folder, 'envoy_bootstrap.json'),
    kwokStages: join(folder, 'kwok-stages'),
    kwokCrds: join(folder, 'kwok-crds'),
  }
}
