import type * as z from 'zod/mini'

/**
 * A view: data that a screen shows, computed in the cluster's worker from one snapshot and kept up to date
 * by the event stream. Declared once (lib/contract/views/<name>.ts), computed in
 * lib/server/cluster-session/views/<name>.ts, read by lib/client's useView.
 */
export interface ViewContract<Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType> {
  readonly name: Name
  /** Parameters as they stand in a URL's query: an object of strings and string lists. */
  readonly params: Params
  readonly data: Data
}

/** Declares a view. */
export function defineView<const Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType>(
  contract: ViewContract<Name, Params, Data>,
): ViewContract<Name, Params, Data> {
  return contract
}
