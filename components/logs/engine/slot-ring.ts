/** A double-ended list of slot numbers in one block of memory. Index 0 is the oldest. */
export interface SlotRing {
  readonly length: () => number
  /** The slot at an index within the length; -1 outside of it. */
  readonly at: (index: number) => number
  readonly push: (slot: number) => void
  readonly unshift: (slot: number) => void
  readonly shift: () => void
  /** Puts a slot before the one at `index`; costs what lies after it. */
  readonly insert: (index: number, slot: number) => void
  readonly clear: () => void
}

/** An empty ring. */
export function createSlotRing(): SlotRing {
  let slots = new Uint32Array(1024)
  let mask = slots.length - 1
  let head = 0
  let length = 0

  function grow(): void {
    const larger = new Uint32Array(slots.length * 2)
    for (let index = 0; index < length; index++) larger[index] = slots[(head + index) & mask] ?? 0
    slots = larger
    mask = slots.length - 1
    head = 0
  }
  const push = (slot: number): void => {
    if (length === slots.length) grow()
    slots[(head + length++) & mask] = slot
  }

  return {
    length: () => length,
    at: (index) => (index < 0 || index >= length ? -1 : (slots[(head + index) & mask] ?? -1)),
    push,
    unshift(slot) {
      if (length === slots.length) grow()
      head = (head - 1) & mask
      slots[head] = slot
      length++
    },
    shift() {
      if (length === 0) return
      head = (head + 1) & mask
      length--
    },
    insert(index, slot) {
      push(slot)
      for (let at = length - 1; at > index; at--) slots[(head + at) & mask] = slots[(head + at - 1) & mask] ?? 0
      slots[(head + index) & mask] = slot
    },
    clear() {
      head = 0
      length = 0
    },
  }
}
