/** A map whose single values come from `get`, and which is made `whole` only when all of it is asked for. */
export function mapOver<K, V>({ get, has, whole }: { readonly get: (key: K) => V | undefined; readonly has: (key: K) => boolean; readonly whole: () => ReadonlyMap<K, V> }): ReadonlyMap<K, V> {
  return {
    get,
    has,
    get size() { return whole().size },
    forEach: (run) => whole().forEach(run),
    entries: () => whole().entries(),
    keys: () => whole().keys(),
    values: () => whole().values(),
    [Symbol.iterator]: () => whole().entries(),
  }
}
