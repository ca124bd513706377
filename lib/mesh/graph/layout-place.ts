/** One item of a column: where it would like to be, how much it matters, how much room it takes. */
export interface Placeable {
  /** Wanted top, px. Items must come in the order in which they shall stand. */
  readonly target: number
  readonly weight: number
  readonly height: number
}

/**
 * Tops for items of one column, in order, without overlap and not above `top`, with the least weighted sum of distances from their
 * targets (isotonic regression in the L1 norm by slope trick, n log n). Its medians put as many items as possible exactly level.
 */
export function placeColumn(items: readonly Placeable[], top: number): readonly number[] {
  const heap: HeapItem[] = []
  const best: number[] = []
  let before = 0
  const offsets: number[] = []
  for (const item of items) {
    const at = item.target - before
    push(heap, { at, weight: 2 * item.weight })
    let drop = item.weight
    while (drop > 0) {
      const head = heap[0]
      if (!head) break
      if (head.weight > drop) {
        head.weight -= drop
        drop = 0
      } else {
        drop -= head.weight
        pop(heap)
      }
    }
    best.push(heap[0]?.at ?? at)
    offsets.push(before)
    before += item.height
  }
  const tops = new Array<number>(items.length)
  let limit = Number.POSITIVE_INFINITY
  for (let index = items.length - 1; index >= 0; index--) {
    limit = Math.min(limit, best[index] ?? 0)
    tops[index] = Math.max(top, limit) + (offsets[index] ?? 0)
  }
  return tops
}

interface HeapItem {
  readonly at: number
  weight: number
}

function push(heap: HeapItem[], item: HeapItem): void {
  let index = heap.length
  heap.push(item)
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent]
    if (!above || above.at >= item.at) break
    heap[index] = above
    index = parent
  }
  heap[index] = item
}

function pop(heap: HeapItem[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let index = 0
  for (;;) {
    let child = 2 * index + 1
    const right = heap[child + 1]
    if (right && right.at > (heap[child]?.at ?? Number.NEGATIVE_INFINITY)) child++
    const below = heap[child]
    if (!below || below.at <= last.at) break
    heap[index] = below
    index = child
  }
  heap[index] = last
}
