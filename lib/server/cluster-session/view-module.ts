import type * as z from 'zod/mini'
import { AppError } from '@/lib/contract/app-error'
import type { ViewContract } from '@/lib/contract/view'
import type { Json } from '@/lib/std/json'
import type { SessionState } from './session-state'

/** How a view is made: pure, from the state and the parsed parameters. Throws AppError('not-found') for what is not there. */
export interface ViewModule<Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType> {
  readonly contract: ViewContract<Name, Params, Data>
  readonly compute: (state: SessionState, params: z.output<Params>) => z.input<Data>
}

/** A view as the session runs it, whatever its types. */
export interface RunnableView {
  readonly name: string
  /** The computation for raw parameters. @throws AppError bad-request for parameters that the contract refuses */
  open(params: unknown): (state: SessionState) => Json
}

/** Pairs a view's contract with its computation; registered in view-registry.ts. */
export function defineViewModule<const Name extends string, Params extends z.ZodMiniType, Data extends z.ZodMiniType>(
  module: ViewModule<Name, Params, Data>,
): ViewModule<Name, Params, Data> & RunnableView {
  return {
    ...module,
    name: module.contract.name,
    open(raw) {
      const params = module.contract.params.safeParse(raw)
      if (!params.success) throw new AppError('bad-request', `View ${module.contract.name}: ${problemOf(params.error)}`)
      return (state) => {
        const data = module.compute(state, params.data)
        const parsed = module.contract.data.safeParse(data)
        if (!parsed.success) throw new AppError('internal', `View ${module.contract.name} made what its contract refuses: ${problemOf(parsed.error)}`)
        return wireOf(data)
      }
    },
  }
}

/** The first complaint, with its place. */
export function problemOf(error: z.core.$ZodError): string {
  const issue = error.issues[0]
  return issue === undefined ? 'is not of the agreed form' : `${issue.path.map(String).join('.')}: ${issue.message}`
}

/** Guarantee: the value has just passed a schema of the contract, and those describe JSON only. */
function wireOf(value: unknown): Json {
  return value as Json
}
