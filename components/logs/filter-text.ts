import type { LogField } from '@/lib/mesh/log/log-filter'

/** A value as one term of a filter: `host:shop.example.com`, quoted where it needs it. */
export function termOf(field: LogField, value: string): string {
  const plain = !/[\s,"]/.test(value)
  return `${field}:${plain ? value : `"${value.replaceAll('"', '\\"')}"`}`
}

/** A filter with a term put in (or its exclusion), or taken out where it stands already; its opposite goes. */
export function toggleTerm(filter: string, term: string, exclude: boolean): string {
  const wanted = exclude ? `-${term}` : term
  const opposite = exclude ? term : `-${term}`
  const rest = without(without(filter, opposite), wanted)
  return has(filter, wanted) ? rest : `${rest} ${wanted}`.trim()
}

function has(filter: string, term: string): boolean {
  return ` ${filter} `.includes(` ${term} `)
}

function without(filter: string, term: string): string {
  return ` ${filter} `.replace(` ${term} `, ' ').trim()
}
