'use client'
import { parseAsArrayOf, parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'

/** What is drawn: the objects, what the pods' Envoys have, or both. */
export const mapViews = ['declared', 'live', 'both'] as const

const densities = ['strip', 'line', 'detail'] as const

const parsers = {
  gw: parseAsString,
  host: parseAsString,
  open: parseAsArrayOf(parseAsString).withDefault([]),
  pin: parseAsString,
  q: parseAsString.withDefault(''),
  density: parseAsStringLiteral(densities).withDefault('line'),
  only: parseAsBoolean.withDefault(false),
  hosts: parseAsInteger,
  view: parseAsStringLiteral(mapViews).withDefault('declared'),
  pod: parseAsString,
}

/** The map's whole state; it stands in the URL, so that a link shows the same. */
export interface MapParams {
  readonly gw: string | null
  /** A host by name, as other screens link to it; becomes the pin as soon as it is found. */
  readonly host: string | null
  /** Ids of opened hosts; `all` opens every one. */
  readonly open: readonly string[]
  /** Key of the pinned thing (mesh/graph map-keys). */
  readonly pin: string | null
  readonly q: string
  readonly density: (typeof densities)[number]
  /** Only the pinned path. */
  readonly only: boolean
  /** How many hosts; null: a first view. */
  readonly hosts: number | null
  /** `live`: what the pods' Envoys have; `both`: what is declared, with what each Envoy has and lacks. */
  readonly view: (typeof mapViews)[number]
  /** The one pod whose Envoy is asked; null: all. */
  readonly pod: string | null
}

/** Changes some of the parameters. Those that a person would go back from become an entry of the history. */
export type SetMapParams = (change: Partial<MapParams>) => void

/** The map's parameters in the URL, and how to change them. */
export function useMapParams(): readonly [MapParams, SetMapParams] {
  const [params, setParams] = useQueryStates(parsers, { shallow: true, urlKeys: { gw: 'gateway' } })
  const set: SetMapParams = (change) => {
    const quiet = 'q' in change || 'density' in change || 'host' in change
    const { open, ...rest } = change
    void setParams(open === undefined ? rest : { ...rest, open: open.length === 0 ? null : [...open] }, { history: quiet ? 'replace' : 'push' })
  }
  return [params, set]
}
