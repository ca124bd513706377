import type { JsonObject } from '@/lib/std/json'

/** kubectl sends its access reviews in Kubernetes' protobuf envelope; this reads just those. */
const magic = Buffer.from('k8s\0')

/** Whether a body is in the envelope. */
export function isProtobuf(body: Buffer): boolean {
  return body.subarray(0, 4).equals(magic)
}

const attributes = ['', 'namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const

/**
 * A SelfSubjectAccessReview (spec.resourceAttributes), SelfSubjectRulesReview (spec.namespace) or any other review
 * (an empty spec) as JSON. Field numbers are those of k8s.io/api/authorization/v1 and runtime.Unknown.
 */
export function readReview(body: Buffer): JsonObject {
  const unknown = fields(body.subarray(4))
  const kind = text(fields(unknown.get(1) ?? Buffer.alloc(0)).get(2))
  const spec = fields(fields(unknown.get(2) ?? Buffer.alloc(0)).get(2) ?? Buffer.alloc(0))
  if (kind === 'SelfSubjectRulesReview') return { spec: { namespace: text(spec.get(1)) } }
  const resource = spec.get(1)
  if (kind !== 'SelfSubjectAccessReview' || !resource) return { spec: {} }
  const read = fields(resource)
  return { spec: { resourceAttributes: Object.fromEntries(attributes.flatMap((name, number) => (name === '' ? [] : [[name, text(read.get(number))]]))) } }
}

function text(bytes: Buffer | undefined): string {
  return bytes?.toString('utf8') ?? ''
}

/** The length-delimited fields of a message by number; others are passed over. */
function fields(message: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>()
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; at < message.length && shift < 35; shift += 7) {
      const byte = message[at++] ?? 0
      value += (byte & 127) * 2 ** shift
      if (byte < 128) break
    }
    return value
  }
  while (at < message.length) {
    const tag = varint()
    const wire = tag & 7
    if (wire === 0) varint()
    else if (wire === 2) {
      const length = varint()
      found.set(tag >> 3, message.subarray(at, at + length))
      at += length
    } else if (wire === 5) at += 4
    else if (wire === 1) at += 8
    else break
  }
  return found
}
