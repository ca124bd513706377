import type { Parsed, ParseIssue } from '../problem'
import type { KubeObject } from '../resource'
import { readFields, type Fields } from './read'

/** A parser of one kind's `spec`, remembered by the object's identity; never throws. */
export function memoParse<T>(read: (spec: Fields, object: KubeObject) => T): (object: KubeObject) => Parsed<T> {
  const memo = new WeakMap<KubeObject, Parsed<T>>()
  return (object) => {
    const known = memo.get(object)
    if (known) return known
    const issues: ParseIssue[] = []
    const value = read(readFields(object['spec'], 'spec', issues), object)
    const parsed = { value, issues }
    memo.set(object, parsed)
    return parsed
  }
}
