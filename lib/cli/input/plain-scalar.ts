import type { Json } from '@/lib/std/json'

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
])

const notFinite: ReadonlySet<string> = new Set(['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'])

const decimal = /^[-+]?(0|[1-9][0-9]*)$/
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
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '')
  if (decimal.test(plain)) return Number(plain)
  const [, sign, hexadecimal, binary, octal] = based.exec(plain) ?? []
  const digits = hexadecimal ?? binary ?? octal
  if (digits !== undefined) return Number.parseInt(digits, hexadecimal !== undefined ? 16 : binary !== undefined ? 2 : 8) * (sign === '-' ? -1 : 1)
  return float.test(plain) ? Number(plain) : text
}
