import { isJsonObject, type Json } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'
import { badRequest } from './kube-error'

type Requirement = (labels: Readonly<Record<string, string>>) => boolean

/** A label selector as kubectl writes it: `a=b,c!=d,e in (f,g),h,!i`. Throws 400 for anything else. */
export function labelSelector(text: string | null): Requirement {
  if (text === null || text.trim() === '') return () => true
  const requirements = splitOutside(text).map(requirement)
  return (labels) => requirements.every((matches) => matches(labels))
}

function splitOutside(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let current = ''
  for (const char of text) {
    if (char === '(') depth++
    if (char === ')') depth--
    if (char === ',' && depth === 0) {
      parts.push(current.trim())
      current = ''
    } else current += char
  }
  return [...parts, current.trim()].filter((part) => part !== '')
}

function requirement(text: string): Requirement {
  const set = /^([^\s!=()]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    return operator === 'in' ? (labels) => Object.hasOwn(labels, key) && values.has(labels[key] ?? '') : (labels) => !Object.hasOwn(labels, key) || !values.has(labels[key] ?? '')
  }
  const equality = /^([^\s!=()]+)\s*(==|=|!=)\s*([^\s!=()]*)$/.exec(text)
  if (equality) {
    const [, key = '', operator, value = ''] = equality
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value
  }
  if (/^![^\s!=()]+$/.test(text)) return (labels) => !Object.hasOwn(labels, text.slice(1))
  if (/^[^\s!=()]+$/.test(text)) return (labels) => Object.hasOwn(labels, text)
  throw badRequest(`unable to parse requirement: ${text}`)
}

/** A field selector: `metadata.name=a,status.phase!=Running`. */
export function fieldSelector(text: string | null): (object: KubeObject) => boolean {
  if (text === null || text.trim() === '') return () => true
  const requirements = text.split(',').map((part) => {
    const parsed = /^([\w.]+)\s*(==|=|!=)\s*(.*)$/.exec(part.trim())
    if (!parsed) throw badRequest(`invalid field selector: ${part}`)
    const [, path = '', operator, value] = parsed
    return (object: KubeObject): boolean => (String(valueAt(object, path.split('.')) ?? '') === value) === (operator !== '!=')
  })
  return (object) => requirements.every((matches) => matches(object))
}

function valueAt(value: Json | undefined, steps: readonly string[]): Json | undefined {
  return steps.reduce<Json | undefined>((current, step) => (isJsonObject(current) ? current[step] : undefined), value)
}
