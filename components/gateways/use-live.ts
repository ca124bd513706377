'use client'
import { useQueries } from '@tanstack/react-query'
import type * as z from 'zod/mini'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { envoyQuery } from '@/lib/client/envoy-query'
import { asAppError } from '@/lib/client/fetch-json'
import { podsBehind, type PodBehind } from '@/lib/mesh/gateway-list/pod-sync'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import type { GatewayData } from './gateway-words'
import type { FirstCertificate, LiveGateway } from './live-gateway'

/** At most so many pods are read for the list: the gateways are spared. */
const podsMost = 40

/** What all of them cost, and how to ask again. `readAt` is the oldest reading, epoch ms; null before the first. */
export interface LiveGateways {
  readonly of: (key: string) => LiveGateway | undefined
  readonly asked: number
  readonly read: number
  readonly readAt: number | null
  readonly bytes: number
  readonly reading: boolean
  readonly readAgain: () => void
}

type DigestReply = z.output<typeof envoyReplySchemas.digest>
type CertsReply = z.output<typeof envoyReplySchemas.certs>

/** Reads the pods of the gateways once, the first forty; again on demand only. */
export function useLiveGateways(cluster: string, rows: readonly GatewayData[]): LiveGateways {
  const pods = rows.flatMap((row) => row.pods.names.map((pod) => ({ key: gatewayKey(row), namespace: row.namespace, pod }))).slice(0, podsMost)
  const firsts = pods.filter((one, index) => pods.findIndex((other) => other.key === one.key) === index)
  const digests = useQueries({ queries: pods.map(({ namespace, pod }) => envoyQuery({ cluster, namespace, pod }, 'digest', envoyReplySchemas.digest)) })
  const certs = useQueries({ queries: firsts.map(({ namespace, pod }) => envoyQuery({ cluster, namespace, pod }, 'certs', envoyReplySchemas.certs)) })

  const byKey = new Map<string, LiveGateway>()
  for (const row of rows) {
    const key = gatewayKey(row)
    const mine = digests.filter((_, index) => pods[index]?.key === key)
    const answers = mine.flatMap((query) => (query.data === undefined ? [] : [query.data]))
    const certificate = certs.find((_, index) => firsts[index]?.key === key)
    const error = mine.find((query) => query.error !== null)?.error ?? null
    byKey.set(key, { asked: mine.length, read: answers.length, behind: behindOf(answers), certificate: certificate?.data === undefined ? null : firstOf(certificate.data), error: error === null ? null : asAppError(error) })
  }
  const all = [...digests, ...certs]
  const times = all.flatMap((query) => (query.data === undefined ? [] : [query.data.readAt]))
  return {
    of: (key) => byKey.get(key), asked: pods.length, read: digests.filter((query) => query.data !== undefined).length, readAt: times.length === 0 ? null : Math.min(...times),
    bytes: all.reduce((sum, query) => sum + (query.data?.bytes ?? 0), 0), reading: all.some((query) => query.isFetching), readAgain: () => { for (const query of all) void query.refetch() },
  }
}

function behindOf(answers: readonly DigestReply[]): readonly PodBehind[] {
  return podsBehind(answers.map((answer) => ({ pod: answer.pod.name, resources: answer.data.resources })))
}

function firstOf(reply: CertsReply): FirstCertificate | null {
  const [first] = reply.data.chains.flatMap((entry) => entry.chain).sort((a, b) => a.daysLeft - b.daysLeft)
  return first === undefined ? null : { daysLeft: first.daysLeft, expires: first.expires, names: first.subjectAltNames, pod: reply.pod.name }
}
