'use client'
import { envoyReplySchemas } from '@/lib/contract/envoy'
import { CopyButton } from '../ui/copy-button'
import { EnvoyPanel } from './envoy-panel'
import type { PodAddress } from '@/lib/client/envoy-query'
import { useEnvoy } from './use-envoy'

const shownMost = 200_000

/** The raw config_dump, secrets masked by the server; its first part on the screen, all of it to copy. */
export function EnvoyDump({ address }: { readonly address: PodAddress }) {
  return (
    <EnvoyPanel title="Configuration dump, secrets masked" reading={useEnvoy(address, 'dump', envoyReplySchemas.dump)}>
      {({ data }) => {
        const text = JSON.stringify(data.dump, null, 2)
        return (
          <>
            <div className="flex gap-3 px-4 pt-2"><CopyButton text={text} label="Copy all" />{text.length > shownMost ? <span className="small self-center text-ink-3">the first {shownMost / 1000} of {Math.round(text.length / 1000)} thousand characters</span> : null}</div>
            <pre className="overflow-auto p-4" tabIndex={0} aria-label="Configuration dump">{text.slice(0, shownMost)}</pre>
          </>
        )
      }}
    </EnvoyPanel>
  )
}
