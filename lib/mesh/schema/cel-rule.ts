import { celEnv, celFunc, celList, celMethod, CelScalar, isCelError, listType, parse, plan, type CelInput } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import { RE2JS } from 're2js'
import { isJsonObject, type Json } from '@/lib/std/json'
import type { Schema } from './schema'

const urlPattern = /^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\s]*$|^\/[^\s]*$/

/** Kubernetes' URL library, as far as Istio's CRDs use it: a URL is carried as its own text. */
const urlFunctions = [
  celFunc('isURL', [CelScalar.STRING], CelScalar.BOOL, (text) => urlPattern.test(text)),
  celFunc('url', [CelScalar.STRING], CelScalar.STRING, (text) => text),
  celMethod('getScheme', CelScalar.STRING, [], CelScalar.STRING, function scheme() {
    const end = this.indexOf('://')
    return end < 0 ? '' : this.slice(0, end).toLowerCase()
  }),
  celMethod('findAll', CelScalar.STRING, [CelScalar.STRING], listType(CelScalar.STRING), function findAll(pattern) {
    const matcher = RE2JS.compile(pattern).matcher(this)
    const found: string[] = []
    while (matcher.find()) found.push(matcher.group() ?? '')
    return celList(found)
  }),
]

const environment = celEnv({
  funcs: [...strings, ...urlFunctions],
  re2: { compile: (pattern) => ({ test: (text) => RE2JS.compile(pattern).matcher(text).find() }) },
})

type Program = (bindings: Record<string, CelInput>) => unknown

const programs = new Map<string, Program | null>()

/**
 * Whether a value keeps a CEL rule of its schema. A rule that this evaluator cannot compile or that fails on the value
 * counts as kept: the API server has the last word. Rules over `oldSelf` hold without an old value.
 */
export function keepsRule(rule: string, value: Json, schema: Schema, old: Json | undefined): boolean {
  if (rule.includes('oldSelf') && old === undefined) return true
  let program = programs.get(rule)
  if (program === undefined) {
    program = compileRule(rule)
    programs.set(rule, program)
  }
  if (!program) return true
  try {
    const result = program({ self: toCel(value, schema), ...(old === undefined ? {} : { oldSelf: toCel(old, schema) }) })
    return isCelError(result) ? true : result !== false
  } catch {
    return true
  }
}

function compileRule(rule: string): Program | null {
  try {
    const planned = plan(environment, parse(rule))
    return (bindings) => planned(bindings)
  } catch {
    return null
  }
}

/** JSON as CEL sees it through a schema: integers are int, maps keep their keys; Kubernetes escapes property names that are CEL words. */
function toCel(value: Json, schema: Schema | undefined): CelInput {
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema?.items))
  if (isJsonObject(value)) {
    return new Map(Object.entries(value).flatMap(([key, item]): readonly (readonly [string, CelInput])[] => {
      if (item === undefined) return []
      const property = schema?.properties?.[key]
      return [[property === undefined ? key : escapeName(key), toCel(item, property ?? schema?.additionalProperties)]]
    }))
  }
  if (typeof value === 'number') return schema?.type === 'number' ? value : Number.isInteger(value) ? BigInt(value) : value
  return typeof value === 'string' || typeof value === 'boolean' ? value : null
}

const words = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return'])

function escapeName(name: string): string {
  if (words.has(name)) return `__${name}__`
  return name.replaceAll('__', '__underscores__').replaceAll('.', '__dot__').replaceAll('-', '__dash__').replaceAll('/', '__slash__')
}
