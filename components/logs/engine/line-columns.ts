/** What is known of each kept line without reading its text, one number a line and column; a line is a slot. */
export interface LineColumns {
  seconds: Uint32Array
  nanos: Uint32Array
  id: Uint32Array
  kind: Uint8Array
  pod: Uint16Array
  status: Uint16Array
  flags: Uint16Array
  method: Uint16Array
  host: Uint32Array
  group: Uint16Array
  chunk: Uint16Array
  offset: Uint32Array
  length: Uint32Array
  /** Which filter judged the line last, and whether it fits. */
  judged: Uint32Array
  fits: Uint8Array
}

/** Columns for so many lines. */
export function createColumns(size: number): LineColumns {
  return {
    seconds: new Uint32Array(size), nanos: new Uint32Array(size), id: new Uint32Array(size), kind: new Uint8Array(size), pod: new Uint16Array(size), status: new Uint16Array(size),
    flags: new Uint16Array(size), method: new Uint16Array(size), host: new Uint32Array(size), group: new Uint16Array(size), chunk: new Uint16Array(size), offset: new Uint32Array(size),
    length: new Uint32Array(size), judged: new Uint32Array(size), fits: new Uint8Array(size),
  }
}

/** The same columns with room for more lines. */
export function growColumns(old: LineColumns, size: number): LineColumns {
  const grown = createColumns(size)
  grown.seconds.set(old.seconds)
  grown.nanos.set(old.nanos)
  grown.id.set(old.id)
  grown.kind.set(old.kind)
  grown.pod.set(old.pod)
  grown.status.set(old.status)
  grown.flags.set(old.flags)
  grown.method.set(old.method)
  grown.host.set(old.host)
  grown.group.set(old.group)
  grown.chunk.set(old.chunk)
  grown.offset.set(old.offset)
  grown.length.set(old.length)
  grown.judged.set(old.judged)
  grown.fits.set(old.fits)
  return grown
}
