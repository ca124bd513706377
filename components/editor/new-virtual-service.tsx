'use client'
import { useState } from 'react'
import { AppError } from '@/lib/contract/app-error'
import { editReplySchema, type EditReply } from '@/lib/contract/edit'
import { endpoints } from '@/lib/contract/endpoints'
import { fetchJson } from '@/lib/client/fetch-json'
import { Button } from '../ui/button'
import { Glyph } from '../ui/glyph'

/** A first VirtualService for a host: where it lives, the Gateway it binds, where it sends; checked by the server before it is made. */
export function NewVirtualService({ cluster, gateway, host, onDone }: { readonly cluster: string; readonly gateway: string; readonly host: string; readonly onDone: () => void }) {
  const [namespace, setNamespace] = useState('default')
  const [name, setName] = useState(host.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'routes')
  const [binds, setBinds] = useState('istio-system/default-gateway')
  const [destination, setDestination] = useState('')
  const [reply, setReply] = useState<EditReply | null>(null)
  const [failure, setFailure] = useState<string | null>(null)

  const send = async (dryRun: boolean): Promise<void> => {
    setFailure(null)
    try {
      const answer = await fetchJson({
        url: endpoints.edit(cluster), method: 'POST', schema: editReplySchema,
        body: {
          kind: 'virtualservices.networking.istio.io', namespace, name, dryRun,
          change: {
            verb: 'create',
            object: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name, namespace }, spec: { hosts: [host], gateways: [binds], http: [{ route: [{ destination: { host: destination } }] }] } },
          },
        },
      })
      setReply(answer)
      if (answer.kind === 'accepted' && !dryRun) onDone()
    } catch (error) {
      setFailure(error instanceof AppError ? error.message : String(error))
    }
  }

  const fields = [
    ['Namespace', namespace, setNamespace], ['Name', name, setName], ['Gateway it binds', binds, setBinds], ['Send to the Service', destination, setDestination],
  ] as const
  return (
    <form className="editor-new" onSubmit={(event) => { event.preventDefault(); void send(false) }}>
      <h2>New VirtualService for <span className="m">{host}</span> on <span className="m">{gateway}</span></h2>
      {fields.map(([label, value, change]) => (
        <label key={label}><span className="label">{label}</span><input className="editor-input m" value={value} spellCheck={false} autoComplete="off" onChange={(event) => change(event.target.value)} /></label>
      ))}
      {failure === null ? null : <p role="alert"><Glyph shape="bad" /> {failure}</p>}
      {reply && reply.kind !== 'accepted' ? <p role="alert"><Glyph shape="bad" /> {reply.kind === 'rejected' && reply.causes.length > 0 ? reply.causes.map((cause) => `${cause.field}: ${cause.message}`).join('; ') : reply.message}</p> : null}
      {reply?.kind === 'accepted' ? <p role="status"><Glyph shape="ok" label="" /> accepted by the API server and its webhooks</p> : null}
      <div className="editor-choices"><Button type="submit" look="primary">Create</Button><Button onClick={() => { void send(true) }}>Check</Button></div>
    </form>
  )
}
