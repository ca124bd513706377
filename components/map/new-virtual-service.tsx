'use client'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Popover } from '@/components/ui/popover'
import { TextField } from '@/components/ui/text-field'
import { newVirtualServiceLink } from './map-links'

/** Asks for a host and opens the editor with a new VirtualService for it. */
export function NewVirtualService({ cluster, gateway }: { readonly cluster: string; readonly gateway: string }) {
  const [open, setOpen] = useState(false)
  const [host, setHost] = useState('')
  const button = useRef<HTMLButtonElement>(null)
  const router = useRouter()
  const wrong = host !== '' && !isHost(host)
  if (gateway === '') return null
  return (
    <>
      <Button ref={button} look="bare" icon="plus" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>VirtualService</Button>
      <Popover anchor={button} open={open} onClose={() => setOpen(false)} label="New VirtualService" placement="below-end" className="map-new">
        <form onSubmit={(event) => { event.preventDefault(); if (host !== '' && !wrong) router.push(newVirtualServiceLink(cluster, gateway, host)) }}>
          <p className="small text-ink-3">For which host on <span className="m">{gateway}</span>?</p>
          <div className="row">
            <TextField label="Host" mono placeholder="shop.example.com" value={host} invalid={wrong} onChange={(event) => setHost(event.target.value.trim().toLowerCase())} />
            <Button look="primary" type="submit" disabled={host === '' || wrong}>New</Button>
          </div>
          {wrong ? <p className="small text-bad" role="alert">A DNS name, or one that starts with <span className="m">*.</span></p> : null}
        </form>
      </Popover>
    </>
  )
}

/** Whether a text can stand in `spec.hosts` of a VirtualService on a gateway: a DNS name, with one wildcard label in front at most. */
export function isHost(text: string): boolean {
  const name = text.startsWith('*.') ? text.slice(2) : text
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(label))
}
