'use client'
import { Button } from '../ui/button'
import { Failure } from '../ui/states'

/** A screen that failed to render: what happened, and a way on; the shell stays. */
export function PageError({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <main id="main" tabIndex={-1} className="panel">
      <Failure message={`This screen failed: ${error.message}`}><Button icon="retry" onClick={onRetry}>Try again</Button></Failure>
    </main>
  )
}
