'use client'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import type * as z from 'zod/mini'
import { searchView } from '@/lib/contract/views/search'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import { Icon } from '../ui/icon'
import { pages } from './pages'
import { paths } from './paths'
import { useTheme } from './theme'

type Found = z.output<typeof searchView.data>['results'][number]

/** Finds pages, gateways, hosts, objects and actions by text; the server searches the cluster's current snapshot. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }) {
  const cluster = useCluster()
  const router = useRouter()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim().slice(0, 200))
  const search = useView(searchView, q === '' ? undefined : cluster, { q })
  const [, chooseTheme] = useTheme()
  const box = useReturnedFocus()
  const go = (path: string | undefined) => { onClose(); if (path !== undefined) router.push(path) }
  const act = (action: () => void) => { onClose(); action() }
  const matches = (words: string) => q === '' || words.toLowerCase().includes(q.toLowerCase())
  const screens = pages.filter((page) => matches(page.name))
  const themes = ([['light', 'Light theme'], ['dark', 'Dark theme'], ['system', 'Theme as the system']] as const).filter(([, words]) => q !== '' && matches(words))
  const found = search.data?.results ?? []
  const values = [...screens.map((page) => `page ${page.name}`), ...found.map(keyOf), ...themes.map(([theme]) => `theme ${theme}`)]
  const [pointed, setPointed] = useState('')
  const selected = values.includes(pointed) ? pointed : (values[0] ?? '')

  return (
    <div className="palette-ground" data-float-open="" onPointerDown={(event) => { if (event.target === event.currentTarget) onClose() }}>
      <div className="palette" role="dialog" aria-modal="true" aria-label="Find" ref={box} onKeyDown={(event) => { if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); onClose() } if (event.key === 'Tab') event.preventDefault() }}>
        <Command shouldFilter={false} label="Find" loop value={selected} onValueChange={setPointed}>
          <div className="palette-input"><Icon name="search" /><Command.Input value={text} onValueChange={setText} placeholder="Object, host, page" /></div>
          <Command.List label="Found">
            {screens.length === 0 ? null : (
              <Command.Group heading="Screens">
                {screens.map((page) => <Command.Item key={page.name} value={`page ${page.name}`} onSelect={() => go(page.path(cluster))}>{page.name}</Command.Item>)}
              </Command.Group>
            )}
            {found.length === 0 ? null : (
              <Command.Group heading={`In the cluster${search.data && search.data.total > found.length ? `, first ${found.length} of ${search.data.total}` : ''}`}>
                {found.map((item) => <Command.Item key={keyOf(item)} value={keyOf(item)} onSelect={() => go(pathOf(cluster, item))}><Line item={item} /></Command.Item>)}
              </Command.Group>
            )}
            {themes.length === 0 ? null : (
              <Command.Group heading="Actions">
                {themes.map(([theme, words]) => <Command.Item key={theme} value={`theme ${theme}`} onSelect={() => act(() => chooseTheme(theme))}>{words}</Command.Item>)}
              </Command.Group>
            )}
            {q !== '' && search.data?.total === 0 ? <p className="palette-note">Nothing in the cluster has <span className="m">{q}</span> in its name. <span className="text-ink-3">Searched: gateways, hosts, objects by namespace/name.</span></p> : null}
            {search.error === null ? null : <p className="palette-note text-bad">{search.error.message}</p>}
          </Command.List>
          <div className="palette-keys"><span><kbd>↑↓</kbd>choose</span><span><kbd>Enter</kbd>open</span><span><kbd>Esc</kbd>close</span></div>
        </Command>
      </div>
    </div>
  )
}

/** The focus goes into the palette's input, and back to where it was when the palette closes. */
function useReturnedFocus() {
  const box = useRef<HTMLDivElement>(null)
  const [before] = useState(() => document.activeElement)
  useEffect(() => {
    box.current?.querySelector('input')?.focus()
    return () => { if (before instanceof HTMLElement) before.focus() }
  }, [before])
  return box
}

function Line({ item }: { readonly item: Found }) {
  if (item.kind === 'host') return <><span className="w-28 text-ink-3">Host</span><span className="m cut">{item.host}</span><span className="small text-ink-3 cut">on {item.gateway}</span></>
  const [kind, namespace, name] = item.kind === 'gateway' ? ['Gateway workload', item.namespace, item.name] : [item.ref.kind, item.ref.namespace, item.ref.name]
  return <><span className="w-28 text-ink-3 cut">{kind}</span><span className="m cut">{namespace === '' ? '' : <span className="text-ink-3">{namespace}/</span>}{name}</span></>
}

function keyOf(item: Found): string {
  if (item.kind === 'host') return `host ${item.gateway} ${item.host}`
  return item.kind === 'gateway' ? `gateway ${item.namespace}/${item.name}` : `object ${item.ref.group} ${item.ref.kind} ${item.ref.namespace}/${item.ref.name}`
}

function pathOf(cluster: string, item: Found): string | undefined {
  if (item.kind === 'host') return `${paths.map(cluster)}?gateway=${encodeURIComponent(item.gateway)}&q=${encodeURIComponent(`host:${item.host}`)}`
  return item.kind === 'gateway' ? paths.gateway(cluster, item.namespace, item.name) : paths.object(cluster, item.ref)
}
