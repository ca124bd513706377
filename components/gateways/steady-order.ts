'use client'
import { useState } from 'react'
import { gatewayKey } from '@/lib/mesh/gateway-workload'

interface Keyed {
  readonly namespace: string
  readonly name: string
}

/**
 * Rows in the order in which they were first shown: nothing moves under the pointer. New rows come at the end of it;
 * `changed` says that the true order differs, `apply` takes it.
 */
export function useSteadyOrder<Row extends Keyed>(rows: readonly Row[]): { readonly rows: readonly Row[]; readonly changed: boolean; readonly apply: () => void } {
  const [order, setOrder] = useState<readonly string[]>([])
  const steady = steadyRows(rows, order)
  const keys = steady.map(gatewayKey)
  if (keys.join(' ') !== order.join(' ')) setOrder(keys)
  return { rows: steady, changed: rows.some((row, index) => gatewayKey(row) !== keys[index]), apply: () => setOrder(rows.map(gatewayKey)) }
}

/** The rows by a former order of keys; those that were not in it come last, as they come. */
export function steadyRows<Row extends Keyed>(rows: readonly Row[], order: readonly string[]): readonly Row[] {
  const place = new Map(order.map((key, index) => [key, index]))
  return [...rows].sort((a, b) => (place.get(gatewayKey(a)) ?? order.length) - (place.get(gatewayKey(b)) ?? order.length))
}
