import type { Json } from '@/lib/std/json'

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

const notFinite: ReadonlySet<string> = new Set(['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'])

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const based = /^([-+]?)0(?:x([0-9a-fA-F]+)|b([01]+)|o?([0-7]+))$/

/**
 * What an unquoted YAML scalar means to Kubernetes: YAML 1.1 by the rules of go-yaml v2 (`yes` is true, `010` is 8, a
 * date stays text). `undefined` for what JSON cannot hold (.nan, .inf).
 */
export function resolvePlainScalar(text: string): Json | undefined {
  const word = words.get(text)
  if (word !== undefined) return word
  if (notFinite.has(text)) return undefined
  const first = text.charCodeAt(0)
  const numeric = first === 43 || first === 45 || first === 46 || (first >= 48 && first <= 57)
  return numeric ? resolveNumber(text) : text
}

function resolveNumber(text: string): Json {
  const plain = text.replaceAll('_', '')
  const [, sign, hexadecimal, binary, octal] = based.exec(plain) ?? []
  const digits = hexadecimal ?? binary ?? octal
  if (digits !== undefined) {
    const value = BigInt(hexadecimal !== undefined ? `0x${digits}` : binary !== undefined ? `0b${digits}` : `0o${digits}`)
    if (value <= (sign === '' ? largestUnsigned : smallestSigned)) return Number(sign === '-' ? -value : value)
    return octal !== undefined && octal.length + 1 === plain.length ? Number(plain) : text
  }
  const value = float.test(plain) ? Number(plain) : Number.NaN
  return Number.isFinite(value) ? value : text
}

/** Whole numbers fit into 64 bits; the signed ones as far as Go's ParseInt takes them. */
const largestUnsigned = 2n ** 64n - 1n
const smallestSigned = 2n ** 63n
