import { parseVirtualService } from '../istio/parse-virtual-service'
import { parseService } from '../kube/parse-service'
import type { Problem } from '../problem'
import { resolve } from '../references/references'
import { refOf } from '../resource'
import { getObject, listObjects, type Snapshot } from '../snapshot'
import { serviceProtocol } from '../translate/protocol'
import { bindsGateway } from './binds-gateway'
import { perObject } from './per-object'

/**
 * IST0118: a Service that a rule of the edge sends HTTP requests to does not say the protocol of that port, neither by appProtocol nor by
 * its name, so that gateways take it for HTTP/1.1 and sidecars guess. Ports that are known by their number are let be.
 */
export function portNameProblems(snapshot: Snapshot): readonly Problem[] {
  return judge(snapshot, listObjects(snapshot, 'virtualservices.networking.istio.io'), undefined)
}

const judge = perObject((snapshot, object): readonly Problem[] => {
  if (!bindsGateway(object)) return []
  const namespace = object.metadata.namespace ?? ''
  return parseVirtualService(object).value.http.flatMap(({ route }) => route).flatMap(({ destination }): readonly Problem[] => {
    if (!destination || destination.host === '') return []
    const service = resolve(snapshot, { kind: 'host', path: '', host: destination.host, namespace })
    const found = service.kind === 'Service' ? getObject(snapshot, 'services', service.namespace, service.name) : undefined
    if (!found) return []
    const { type, ports } = parseService(found).value
    if (type === 'ExternalName') return []
    return ports.filter((port) => (destination.port === undefined || port.port === destination.port) && serviceProtocol(port) === 'Unsupported')
      .map((port): Problem => ({ code: 'IST0118', severity: 'info', subject: refOf(found), path: `${port.path}.name`, params: { name: port.name, port: String(port.port) } }))
  })
})
