import { Suspense, type ReactNode } from 'react'
import { AppShell } from '@/components/shell/app-shell'

export default function ClusterLayout({ children }: { readonly children: ReactNode }) {
  return <Suspense><AppShell>{children}</AppShell></Suspense>
}
