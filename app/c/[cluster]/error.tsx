'use client'
import { PageError } from '@/components/shell/page-error'

/** Keeps the shell when a screen fails. */
export default function ClusterError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return <PageError error={error} onRetry={reset} />
}
