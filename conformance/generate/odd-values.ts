import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import type { Random } from './random'

/** Keys that mean something to JavaScript. JSON.parse makes own properties of them, as it does of what an API server sends. */
const prototypeKeys: Json = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null}')

const odd: readonly Json[] = [
  null, '', '*', '*/*', './x', 'a|b|c|d', '__proto__', 'constructor', 'a.b', '/', '%', '%00', '\u0000', '\uD800', '(a+)+$', '(', '\\', '[', 'x'.repeat(5_000), '🦊.example.com', '-0', 'NaN', '1e400',
  0, -0, -1, 1.5, 1e300, -1e300, 2 ** 53, 2 ** 32, 65_536, true, false, [], {}, [null], [[]], [[[]]], [{}], { constructor: 1 }, { a: { b: { c: {} } } }, prototypeKeys, { '': '' }, { '*': '*' }, { '0': 0 },
]

/** An object with one to four parts of its body replaced by values of other types, nested deeply, or left out; its head stays, as an API server guarantees it. */
export function withOddValues(object: JsonObject, random: Random): JsonObject {
  const body = Object.keys(object).find((key) => !['apiVersion', 'kind', 'metadata'].includes(key)) ?? 'spec'
  if (random.chance(0.02)) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== body))
  let value = object[body]
  for (let left = 1 + random.int(4); left > 0; left -= 1) value = replaced(value, random.int(8), random)
  return { ...object, [body]: value }
}

function replaced(value: Json | undefined, depth: number, random: Random): Json {
  if (depth === 0 || value === undefined) return drawn(random)
  if (Array.isArray(value)) return value.length === 0 ? [drawn(random)] : replacedItem(value, depth, random)
  if (!isJsonObject(value)) return drawn(random)
  const keys = Object.keys(value)
  if (random.chance(0.06)) return { ...value, [random.pick(['constructor', 'toString', 'valueOf', 'name'])]: drawn(random) }
  const key = keys.length === 0 ? 'spec' : random.pick(keys)
  return { ...value, [key]: replaced(value[key], depth - 1, random) }
}

function replacedItem(list: readonly Json[], depth: number, random: Random): Json {
  const at = random.int(list.length)
  return list.map((item, index) => (index === at ? replaced(item, depth - 1, random) : item))
}

function drawn(random: Random): Json {
  return random.chance(0.03) ? nested(50 + random.int(400), random.chance(0.5)) : random.pick(odd)
}

function nested(depth: number, lists: boolean): Json {
  let value: Json = 'deep'
  for (let level = 0; level < depth; level += 1) value = lists ? [value] : { uri: value }
  return value
}
