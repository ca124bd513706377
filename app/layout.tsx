import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '@/components/shell/providers'
import { themeCookie } from '@/components/shell/theme-cookie'
import './globals.css'

/** Static pages carry no nonce and would be dead under the CSP. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = { title: { default: 'Meridian', template: '%s · Meridian' }, description: 'Where a request goes at the edge, why, and how to change it safely.' }

export const viewport: Viewport = { width: 'device-width', initialScale: 1, themeColor: [{ media: '(prefers-color-scheme: light)', color: '#fdfdfe' }, { media: '(prefers-color-scheme: dark)', color: '#121417' }] }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  const theme = (await cookies()).get(themeCookie)?.value
  const forced = theme === 'light' || theme === 'dark' ? { 'data-theme': theme } : {}
  return (
    <html lang="en" {...forced} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
