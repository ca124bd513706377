/** The state of one kind in one scope, as the person sees it (kubernetes.md R10). Times are epoch milliseconds. */
export interface ReflectorState {
  readonly state: 'starting' | 'synced' | 'stale' | 'forbidden' | 'absent'
  readonly lastEventAt: number | null
  readonly lastBookmarkAt: number | null
  readonly staleSince: number | null
  readonly retryAt: number | null
  readonly error: string | null
  /** Whether the last attempt got no answer at all: the API server, not the kind, is the matter. */
  readonly unreachable: boolean
}

/** The state before the first attempt. */
export const startingState: ReflectorState = { state: 'starting', lastEventAt: null, lastBookmarkAt: null, staleSince: null, retryAt: null, error: null, unreachable: false }
