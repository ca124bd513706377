import type * as z from 'zod'
import type { ViewContract } from '@/lib/contract/view'
import type { SessionState } from './session-state'

/** How a view is made: pure, from the state and the parsed parameters. Throws AppError('not-found') for what is not there. */
export interface ViewModule<Name extends string, Params extends z.ZodType, Data extends z.ZodType> {
  readonly contract: ViewContract<Name, Params, Data>
  readonly compute: (state: SessionState, params: z.output<Params>) => z.input<Data>
}

/** Pairs a view's contract with its computation; registered in view-registry.ts. */
export function defineViewModule<const Name extends string, Params extends z.ZodType, Data extends z.ZodType>(
  module: ViewModule<Name, Params, Data>,
): ViewModule<Name, Params, Data> {
  return module
}
