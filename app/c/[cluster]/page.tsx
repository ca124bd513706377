import { redirect } from 'next/navigation'
import { paths } from '@/components/shell/paths'

export default async function ClusterPage({ params }: { readonly params: Promise<{ readonly cluster: string }> }) {
  redirect(paths.gateways((await params).cluster))
}
