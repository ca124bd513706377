'use client'
import { parseAsArrayOf, parseAsString, useQueryState } from 'nuqs'

const parser = parseAsArrayOf(parseAsString).withDefault([])

/** The namespaces chosen in the top bar (`?ns=shop,web`); empty: all. */
export function useNamespaceFilter(): readonly string[] {
  return useQueryState('ns', parser)[0]
}

/** As useNamespaceFilter, with the way to choose. */
export function useNamespaceChoice(): readonly [readonly string[], (namespaces: readonly string[]) => void] {
  const [chosen, choose] = useQueryState('ns', parser)
  return [chosen, (namespaces) => void choose(namespaces.length === 0 ? null : [...namespaces])]
}
