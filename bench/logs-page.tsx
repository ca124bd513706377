import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/react'
import { createRoot } from 'react-dom/client'
import { LogsScreen } from '@/components/logs/logs-screen'

/** The logs screen over the bench's own stream, with its SharedWorker and its worker. Bundled and measured by bench/logs-frames. */
const root = document.getElementById('root')
if (root) createRoot(root).render(<QueryClientProvider client={new QueryClient()}><NuqsAdapter><div style={{ display: 'grid', height: '100vh' }}><LogsScreen /></div></NuqsAdapter></QueryClientProvider>)
