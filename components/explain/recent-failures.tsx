'use client'
import Link from 'next/link'
import { useState } from 'react'
import { useLines } from '@/lib/client/use-lines'
import { paths } from '../shell/paths'
import { Ago } from '../ui/relative-time'
import { addFailing, type FailingRequest } from './failing-requests'

const shown = 10

/** Where to start: the requests that failed at this gateway in the last 15 minutes, one click each. */
export function RecentFailures({ cluster, gateway }: { readonly cluster: string; readonly gateway: string }) {
  const [failing, setFailing] = useState<readonly FailingRequest[]>([])
  useLines('logs', cluster, { gateway, tail: '300' }, (text) => setFailing((known) => addFailing(known, text, Date.now())))
  return (
    <section className="explain-failing" aria-label="Failing requests">
      <h2 className="label">Failing requests of the last 15 minutes, by the access logs of <span className="m">{gateway}</span></h2>
      {failing.length === 0 ? <p className="text-ink-3">None so far in the last 300 lines of each pod.</p> : (
        <ul>
          {failing.slice(0, shown).map((one) => (
            <li key={`${one.method} ${one.host}${one.path} ${one.status} ${one.flags}`}>
              <Link prefetch={false} href={explainHref(cluster, gateway, one)}>
                <span className="m explain-bad">{one.status === 0 ? '–' : one.status} {one.flags}</span>
                <span className="m">{one.method}</span>
                <span className="m cut link" title={`${one.host}${one.path}`}>{one.host}{one.path}</span>
                <span className="m num text-ink-3">{one.count} ×</span>
                <span className="text-ink-3 num"><Ago at={Date.parse(one.last)} /></span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function explainHref(cluster: string, gateway: string, { tls, host, path, method }: FailingRequest): string {
  const query = new URLSearchParams({ url: `${tls ? 'https' : 'http'}://${host}${path}`, gateway, ...(method === 'GET' ? {} : { method }) })
  return `${paths.explain(cluster)}?${query.toString()}`
}
