import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { GatewayScreen } from '@/components/gateway/gateway-screen'
import { labelName, objectName } from '@/lib/contract/names'

interface Props {
  readonly params: Promise<{ readonly namespace: string; readonly workload: string; readonly pod?: readonly string[] }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).workload) }
}

export default async function GatewayPage({ params }: Props) {
  const given = await params
  const namespace = labelName.safeParse(decodeURIComponent(given.namespace))
  const workload = objectName.safeParse(decodeURIComponent(given.workload))
  const [pod, ...rest] = given.pod ?? []
  const named = objectName.safeParse(pod === undefined ? 'none' : decodeURIComponent(pod))
  if (!namespace.success || !workload.success || !named.success || rest.length > 0) notFound()
  return <GatewayScreen namespace={namespace.data} workload={workload.data} pod={pod === undefined ? undefined : named.data} />
}
