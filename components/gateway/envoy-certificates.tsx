'use client'
import type * as z from 'zod/mini'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { Glyph } from '../ui/glyph'
import { EnvoyPanel, Found } from './envoy-panel'
import { certificateState } from '../ui/certificate-state'
import type { PodAddress } from '@/lib/client/envoy-query'
import { useEnvoy } from './use-envoy'

type Certificate = z.output<typeof envoyReplySchemas.certs>['data']['chains'][number]['chain'][number]

/** Certificates that Envoy has loaded, the first to end first, with what is left of them. */
export function EnvoyCertificates({ address, text }: { readonly address: PodAddress; readonly text: string }) {
  return (
    <EnvoyPanel title="Certificates" reading={useEnvoy(address, 'certs', envoyReplySchemas.certs)}>
      {({ data }) => {
        const all = data.chains.flatMap((entry) => [...entry.chain.map((one) => ({ one, role: 'chain' })), ...entry.ca.map((one) => ({ one, role: 'authority' }))])
        return (
          <Found items={all.sort((a, b) => a.one.daysLeft - b.one.daysLeft)} text={text} what="certificates" words={({ one }) => `${one.subjectAltNames.join(' ')} ${one.serial} ${one.path}`}>
            {({ one, role }) => <CertificateRow key={`${role} ${one.serial} ${one.path}`} one={one} role={role} />}
          </Found>
        )
      }}
    </EnvoyPanel>
  )
}

function CertificateRow({ one, role }: { readonly one: Certificate; readonly role: string }) {
  const state = certificateState(one.daysLeft)
  const names = one.subjectAltNames.join(', ')
  return (
    <div className="envoy-row certificate">
      <span className="mark"><Glyph shape={state} label={state === 'ok' ? 'valid' : one.daysLeft < 0 ? 'expired' : 'ends soon'} /></span>
      <span className="m first cut" title={names}>{names === '' ? one.serial : names}</span>
      <span className="small text-ink-3 second cut" title={`serial ${one.serial}, ${one.path}`}>{role}, from <span className="m">{one.validFrom.slice(0, 10)}</span> to <span className="m">{one.expires.slice(0, 10)}</span>, serial <span className="m">{one.serial}</span></span>
      <span className={state === 'ok' ? 'm aside num text-ink-2' : state === 'warn' ? 'm aside num text-warn' : 'm aside num text-bad'} title={one.expires}>{one.daysLeft < 0 ? `ended ${-one.daysLeft} d ago` : `${one.daysLeft} d`}</span>
    </div>
  )
}
