import { memoParse } from '../istio/memo-parse'

/** v1 Service `spec`, what routing needs of it. */
export interface ServiceSpec {
  readonly type: string
  readonly clusterIP: string
  readonly externalName: string
  readonly selector: Readonly<Record<string, string>> | undefined
  readonly ports: readonly KubeServicePort[]
}

/** A port of a Service. `targetPort` is a number, or the name of a container's port. */
export interface KubeServicePort {
  readonly path: string
  readonly name: string
  readonly protocol: string
  readonly port: number
  readonly targetPort: number | string
  readonly nodePort: number | undefined
  readonly appProtocol: string | undefined
}

/** Parses a Service (memoised on the object). */
export const parseService = memoParse((spec): ServiceSpec => ({
  type: spec.string('type') ?? 'ClusterIP',
  clusterIP: spec.string('clusterIP') ?? '',
  externalName: spec.string('externalName') ?? '',
  selector: spec.has('selector') ? spec.stringMap('selector') : undefined,
  ports: spec.objects('ports').map((port) => {
    const number = port.int('port') ?? 0
    const target = port.raw['targetPort']
    return {
      path: port.path,
      name: port.string('name') ?? '',
      protocol: port.string('protocol') ?? 'TCP',
      port: number,
      targetPort: typeof target === 'number' && target !== 0 ? target : typeof target === 'string' && target !== '' ? numberOrName(target) : number,
      nodePort: port.int('nodePort'),
      appProtocol: port.string('appProtocol'),
    }
  }),
}))

function numberOrName(text: string): number | string {
  const value = Number(text)
  return Number.isInteger(value) ? value : text
}
