import type { Fields } from '../istio/read'
import { labelErrors } from '../istio/validate-names'

/** Whether labels fit a selector. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean

/**
 * A Kubernetes label selector of `matchLabels` and `matchExpressions`; an empty one takes everything. Undefined where
 * Kubernetes refuses it as a whole (labels.NewRequirement): a key or a value that no label may have, an operator it does
 * not know, values where none belong.
 */
export function readLabelSelector(selector: Fields): LabelSelector | undefined {
  const wanted = selector.stringMap('matchLabels')
  const expressions = selector.objects('matchExpressions').map(readExpression)
  const read = expressions.filter((expression) => expression !== undefined)
  if (!areLabels(wanted) || read.length < expressions.length) return undefined
  return (labels) => Object.entries(wanted).every(([key, value]) => labelOf(labels, key) === value) && read.every((fits) => fits(labels))
}

function readExpression(expression: Fields): LabelSelector | undefined {
  const key = expression.string('key') ?? ''
  const values = expression.strings('values')
  if (![...values, ''].every((value) => areLabels({ [key]: value }))) return undefined
  const listed = (labels: Readonly<Record<string, string>>): boolean => values.includes(labelOf(labels, key) ?? '')
  switch (expression.string('operator')) {
    case 'In': return values.length === 0 ? undefined : (labels) => labelOf(labels, key) !== undefined && listed(labels)
    case 'NotIn': return values.length === 0 ? undefined : (labels) => labelOf(labels, key) === undefined || !listed(labels)
    case 'Exists': return values.length > 0 ? undefined : (labels) => labelOf(labels, key) !== undefined
    case 'DoesNotExist': return values.length > 0 ? undefined : (labels) => labelOf(labels, key) === undefined
    default: return undefined
  }
}

function areLabels(labels: Readonly<Record<string, string>>): boolean {
  return labelErrors(labels).length === 0 && Object.values(labels).every((value) => value.length <= 63)
}

/** A label's value; undefined without it. */
export function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined
}
