/** One element of DER (X.690): its tag, and where its content begins and ends. */
export interface DerElement {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** The element that begins at `at`; undefined where it does not fit. Bytes are characters up to U+00FF. */
export function derElement(bytes: string, at: number, end = bytes.length): DerElement | undefined {
  if (at + 2 > end) return undefined
  const [tag, first] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)]
  const extra = first < 0x80 ? 0 : first & 0x7f
  if (first === 0x80 || extra > 4 || at + 2 + extra > end) return undefined
  let length = first < 0x80 ? first : 0
  for (let index = 0; index < extra; index += 1) length = length * 256 + bytes.charCodeAt(at + 2 + index)
  const start = at + 2 + extra
  return start + length > end ? undefined : { tag, start, end: start + length }
}

/** The elements inside another; undefined where they do not fill it. */
export function derChildren(bytes: string, parent: DerElement): readonly DerElement[] | undefined {
  const children: DerElement[] = []
  for (let at = parent.start; at < parent.end;) {
    const child = derElement(bytes, at, parent.end)
    if (child === undefined) return undefined
    children.push(child)
    at = child.end
  }
  return children
}
