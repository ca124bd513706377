import { isJsonObject } from '@/lib/std/json'
import { getObject, listObjects, type Snapshot } from '@/lib/mesh/snapshot'
import type { KubeObject } from '@/lib/mesh/resource'
import type { TlsSecret } from '../gateway-runtime'

/**
 * What istiod serves a gateway: the TLS Secrets of its namespace, and those that the configuration names with theirs
 * (`kubernetes-gateway://ns/name`, `configmap://ns/name-cacert`): the translation names only what a ReferenceGrant allows.
 */
export function servedSecrets(snapshot: Snapshot, namespace: string, configuration: unknown): readonly TlsSecret[] {
  const own = [...listObjects(snapshot, 'secrets', namespace)].flatMap((secret) => forms(secret, `kubernetes://${secret.metadata.name}`))
  const named = [...new Set(namesIn(configuration))].flatMap((name) => {
    const [scheme = '', rest = ''] = name.split('://')
    const [at = '', written = ''] = rest.split('/')
    if (scheme !== 'kubernetes-gateway' && scheme !== 'configmap') return []
    const bare = written.endsWith('-cacert') ? written.slice(0, -'-cacert'.length) : written
    const object = getObject(snapshot, scheme === 'configmap' ? 'configmaps' : 'secrets', at, bare)
    return object ? forms(object, `${scheme}://${at}/${bare}`).filter((form) => form.name === name) : []
  })
  return [...own, ...named]
}

/** The pair and the authority that an object holds, under the names of the SDS. */
function forms(object: KubeObject, name: string): readonly TlsSecret[] {
  const data = isJsonObject(object['data']) ? object['data'] : {}
  const text = (...keys: readonly string[]): string | undefined => {
    const value = keys.map((key) => data[key]).find((found) => typeof found === 'string' && found !== '')
    if (typeof value !== 'string') return undefined
    return object.kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value
  }
  const [certificateChain, privateKey, trustedCa] = [text('cert', 'tls.crt'), text('key', 'tls.key'), text('cacert', 'ca.crt')]
  return [
    ...(certificateChain === undefined || privateKey === undefined ? [] : [{ name, certificateChain, privateKey }]),
    ...(trustedCa === undefined ? [] : [{ name: `${name}-cacert`, trustedCa }]),
  ]
}

/** Every text in a configuration that names a secret of another namespace or a ConfigMap. */
function* namesIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    if (value.startsWith('kubernetes-gateway://') || value.startsWith('configmap://')) yield value
    return
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []
  for (const item of items) yield* namesIn(item)
}
