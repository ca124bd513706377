'use client'
import Link from 'next/link'
import type { JsonObject } from '@/lib/std/json'
import { paths } from '../shell/paths'
import { ownerOf } from './owner-of'

/** The object that a route or a cluster was made from, as Pilot says in its metadata; nothing where it does not say. */
export function OwnerLink({ cluster, resource }: { readonly cluster: string; readonly resource: JsonObject }) {
  const ref = ownerOf(resource)
  const path = ref && paths.object(cluster, ref)
  if (!ref || path === undefined) return null
  return <Link className="link" prefetch={false} href={path} title={`${ref.kind} ${ref.namespace}/${ref.name}`}>{ref.namespace}/{ref.name}</Link>
}
