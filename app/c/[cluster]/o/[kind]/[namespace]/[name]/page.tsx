import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ObjectScreen } from '@/components/object/object-screen'
import { kindKey, namespaceName, objectName } from '@/lib/contract/names'

interface Props {
  readonly params: Promise<{ readonly kind: string; readonly namespace: string; readonly name: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) }
}

export default async function ObjectPage({ params }: Props) {
  const given = await params
  const namespace = decodeURIComponent(given.namespace)
  const kind = kindKey.safeParse(decodeURIComponent(given.kind))
  const inNamespace = namespaceName.safeParse(namespace === '-' ? '' : namespace)
  const name = objectName.safeParse(decodeURIComponent(given.name))
  if (!kind.success || !inNamespace.success || !name.success) notFound()
  return <ObjectScreen address={{ kind: kind.data, namespace: inNamespace.data, name: name.data }} />
}
