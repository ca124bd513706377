'use client'
import { useState, type KeyboardEvent, type RefObject } from 'react'
import { readAsk } from '@/lib/contract/call/read-ask'
import { Button } from '../ui/button'
import { Segmented } from '../ui/segmented'
import { TextField } from '../ui/text-field'
import type { Asked } from './use-ask'

/** A complaint about one field of the request. */
export interface WrongField {
  readonly field: string
  readonly message: string
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** The request that is asked about: one line for most, the rest folded below it. */
export function AskBar({ asked: { ask, setAsk }, wrong, input }: { readonly asked: Asked; readonly wrong: WrongField | null; readonly input: RefObject<HTMLInputElement | null> }) {
  const more = ask.header.length > 0 || ask.sni !== null || ask.alpn !== null || ask.protocol !== null || ask.cert !== null || ask.from !== null || ask.claims !== null || ask.port !== null
  const [open, setOpen] = useState(more)
  const [typed, setTyped] = useState<string | null>(null)
  const take = (text: string): void => {
    setTyped(text)
    const { url = '', ...rest } = readAsk(text)
    void setAsk({ url: url === '' ? null : url, ...(rest.method === undefined ? {} : { method: rest.method }), ...(rest.header === undefined ? {} : { header: [...rest.header] }), ...(rest.protocol === undefined ? {} : { protocol: rest.protocol }), ...(rest.cert === undefined ? {} : { cert: true }) })
    if (rest.header !== undefined) setOpen(true)
  }
  const settle = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') setTyped(null)
    if (event.key === 'Escape') event.currentTarget.blur()
  }
  return (
    <section className="explain-ask" aria-label="The request">
      <div className="explain-line">
        <select className="explain-method m" aria-label="Method" value={ask.method ?? 'GET'} onChange={(event) => void setAsk({ method: event.target.value === 'GET' ? null : event.target.value })}>
          {[...new Set([...methods, ask.method ?? 'GET'])].map((method) => <option key={method}>{method}</option>)}
        </select>
        <TextField
          ref={input} big mono className="explain-url" label="URL or curl command" icon="search" hint="/" placeholder="https://shop.example.com/cart, or a curl command" invalid={wrong?.field === 'url'}
          value={typed ?? ask.url} onChange={(event) => take(event.target.value)} onKeyDown={settle} onBlur={() => setTyped(null)} aria-describedby={wrong === null ? undefined : 'explain-wrong'}
        />
        <Button className="explain-more" aria-expanded={open} icon={open ? 'up' : 'down'} onClick={() => setOpen(!open)}>Headers, TLS, client</Button>
      </div>
      {wrong === null ? null : <p id="explain-wrong" className="explain-wrong" role="alert">{wrong.message}</p>}
      {open ? <MoreFields asked={{ ask, setAsk }} wrong={wrong?.field ?? null} /> : null}
    </section>
  )
}

function MoreFields({ asked: { ask, setAsk }, wrong }: { readonly asked: Pick<Asked, 'ask' | 'setAsk'>; readonly wrong: string | null }) {
  const text = (key: 'sni' | 'alpn' | 'from' | 'claims' | 'port') => ({ mono: true, value: ask[key] ?? '', onChange: (event: { readonly target: { readonly value: string } }) => void setAsk({ [key]: event.target.value === '' ? null : event.target.value }) })
  const headers = [...ask.header, '']
  return (
    <div className="explain-fields">
      <fieldset>
        <legend className="label">Headers, one a field</legend>
        {headers.map((header, index) => (
          <TextField
            key={index} mono label={`Header ${index + 1}`} placeholder="name: value" value={header} invalid={wrong === 'headers'}
            onChange={(event) => void setAsk({ header: headers.map((one, at) => (at === index ? event.target.value : one)).filter((one, at) => one !== '' || at < index) })}
          />
        ))}
      </fieldset>
      <div className="explain-grid">
        <Labelled name="Protocol"><Segmented label="Protocol" value={ask.protocol ?? 'auto'} onChange={(value) => void setAsk({ protocol: value === 'auto' ? null : value })} segments={[{ value: 'auto', label: 'by ALPN' }, { value: 'http1', label: 'HTTP/1.1' }, { value: 'http2', label: 'HTTP/2' }, { value: 'tcp', label: 'TCP' }]} /></Labelled>
        <Labelled name="Server name (SNI)"><TextField label="Server name (SNI)" placeholder="the URL’s host" {...text('sni')} invalid={wrong === 'sni'} /></Labelled>
        <Labelled name="ALPN"><TextField label="ALPN" placeholder="h2, http/1.1" {...text('alpn')} invalid={wrong === 'alpn'} /></Labelled>
        <Labelled name="Client certificate"><label className="check"><input type="checkbox" checked={ask.cert === true} onChange={(event) => void setAsk({ cert: event.target.checked ? true : null })} />shows one</label></Labelled>
        <Labelled name="Client address"><TextField label="Client address" placeholder="127.0.0.1" {...text('from')} invalid={wrong === 'from'} /></Labelled>
        <Labelled name="Pod’s port"><TextField label="Pod's port" placeholder="through the Service" {...text('port')} invalid={wrong === 'listenerPort'} /></Labelled>
        <Labelled name="Claims of a valid token"><TextField label="Claims of a valid token, as JSON" placeholder='{"iss": "…", "sub": "…"}' {...text('claims')} invalid={wrong === 'jwt'} /></Labelled>
      </div>
    </div>
  )
}

function Labelled({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return <div className="explain-labelled"><span className="label" aria-hidden="true">{name}</span>{children}</div>
}
