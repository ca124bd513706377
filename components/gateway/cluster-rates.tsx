'use client'
import { useState } from 'react'
import type * as z from 'zod/mini'
import type { envoyReplySchemas } from '@/lib/contract/envoy'

type ClustersReply = z.output<typeof envoyReplySchemas.clusters>

/** Requests to a cluster between two readings of one pod. */
export interface ClusterRate {
  readonly perSecond: number
  readonly seconds: number
}

/** The rate of each cluster between the last two readings; undefined before the second, and after a restart of the counters. */
export function useClusterRates(reply: ClustersReply | undefined): (cluster: string) => ClusterRate | undefined {
  const [readings, setReadings] = useState<{ readonly now: ClustersReply | undefined; readonly before: ClustersReply | undefined }>({ now: reply, before: undefined })
  if (reply !== readings.now) setReadings({ now: reply, before: readings.now })
  const { before, now } = readings
  return (cluster) => (before && now ? clusterRate(before, now, cluster) : undefined)
}

/** See useClusterRates. */
export function clusterRate(before: ClustersReply, now: ClustersReply, cluster: string): ClusterRate | undefined {
  const seconds = (now.readAt - before.readAt) / 1000
  const [was, is] = [requestsOf(before, cluster), requestsOf(now, cluster)]
  return seconds < 1 || before.pod.name !== now.pod.name || was === undefined || is === undefined || is < was ? undefined : { perSecond: (is - was) / seconds, seconds }
}

function requestsOf(reply: ClustersReply, cluster: string): number | undefined {
  return reply.data.clusters.find((one) => one.name === cluster)?.endpoints.reduce((sum, endpoint) => sum + endpoint.requests, 0)
}

/** A rate with what it is of; nothing where there is none. */
export function Rate({ rate }: { readonly rate: ClusterRate | undefined }) {
  if (!rate) return null
  return <span className="m text-ink-2 cluster-rate" title={`requests a second of this pod, over the ${Math.round(rate.seconds)} s between the two readings`}>{rate.perSecond < 10 ? rate.perSecond.toFixed(1) : Math.round(rate.perSecond)}/s</span>
}
