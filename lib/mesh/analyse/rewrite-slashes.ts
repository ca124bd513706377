import { parseVirtualService } from '../istio/parse-virtual-service'
import type { Problem } from '../problem'
import { refOf } from '../resource'
import { listObjects, type Snapshot } from '../snapshot'
import { bindsGateway } from './binds-gateway'
import { perObject } from './per-object'

/**
 * MER032: Envoy puts `rewrite.uri` in the place of the matched prefix, letter by letter (SIM16). Where one of the two ends with a slash
 * and the other does not, the path that comes out has two slashes, or none, between its parts.
 */
export function rewriteSlashes(snapshot: Snapshot): readonly Problem[] {
  return judge(snapshot, listObjects(snapshot, 'virtualservices.networking.istio.io'), undefined)
}

const judge = perObject((_, object): readonly Problem[] => {
  if (!bindsGateway(object)) return []
  return parseVirtualService(object).value.http.flatMap(({ path, match, rewrite }): readonly Problem[] => {
    const uri = rewrite?.uri ?? ''
    if (uri === '') return []
    const prefixes = match.length === 0 ? ['/'] : match.flatMap(({ uri: own }) => (own === undefined || own.kind === 'none' ? ['/'] : own.kind === 'prefix' ? [own.value] : []))
    const odd = prefixes.find((prefix) => prefix.endsWith('/') !== uri.endsWith('/'))
    if (odd === undefined) return []
    const request = odd.endsWith('/') ? `${odd}x` : `${odd}/x`
    return [{ code: 'MER032', severity: 'warning', subject: refOf(object), path: `${path}.rewrite.uri`, params: { prefix: odd, uri, request, becomes: uri + request.slice(odd.length) } }]
  })
})
