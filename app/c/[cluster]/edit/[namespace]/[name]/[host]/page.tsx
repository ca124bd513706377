import type { Metadata } from 'next'
import { EditorScreen } from '@/components/editor/editor-screen'

interface Props {
  readonly params: Promise<{ namespace: string; name: string; host: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Edit ${decodeURIComponent((await params).host)}` }
}

export default async function EditorPage({ params }: Props) {
  const { namespace, name, host } = await params
  return <EditorScreen gateway={`${decodeURIComponent(namespace)}/${decodeURIComponent(name)}`} host={decodeURIComponent(host)} />
}
