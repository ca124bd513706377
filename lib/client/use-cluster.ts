'use client'
import { useParams } from 'next/navigation'

/** The cluster's slug of the current page (`/c/<cluster>/…`). */
export function useCluster(): string {
  const { cluster } = useParams<{ cluster?: string }>()
  return typeof cluster === 'string' ? decodeURIComponent(cluster) : ''
}
