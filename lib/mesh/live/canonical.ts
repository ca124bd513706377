import { compareBytes } from '@/lib/std/compare-bytes'
import { isJsonObject, type Json } from '@/lib/std/json'

/**
 * A part of Envoy's configuration as a text that is equal for equal meanings: what proto JSON may leave out (false, 0, '',
 * empty lists and messages) is left out, wrappers `{value}` are their value, durations are seconds, keys are sorted.
 */
export function canonical(value: Json | undefined): string {
  return JSON.stringify(plain(value)) ?? ''
}

function plain(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return value === '' ? undefined : (seconds(value) ?? value)
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => plain(item) ?? null)
  if (!isJsonObject(value)) return value === false || value === 0 || value === null ? undefined : value
  const entries = Object.entries(value).flatMap(([name, item]): [string, Json][] => {
    const kept = plain(item)
    return kept === undefined ? [] : [[name, kept]]
  }).sort(([a], [b]) => compareBytes(a, b))
  if (entries.length === 0) return undefined
  const [only] = entries
  return entries.length === 1 && only?.[0] === 'value' ? only[1] : Object.fromEntries(entries)
}

/** `3s`, `3.000s` → `3s`. */
function seconds(text: string): string | undefined {
  if (!text.endsWith('s')) return undefined
  const number = Number(text.slice(0, -1))
  return text.length > 1 && Number.isFinite(number) && text.charAt(0) >= '0' && text.charAt(0) <= '9' ? `${number}s` : undefined
}
