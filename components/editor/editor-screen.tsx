'use client'
import dynamic from 'next/dynamic'
import { useRouter, useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { tableView } from '@/lib/contract/views/table'
import { useCluster } from '@/lib/client/use-cluster'
import { useView } from '@/lib/client/use-view'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import { isJsonObject } from '@/lib/std/json'
import { useDeclaredFacts } from '../shell/declared-facts'
import { paths } from '../shell/paths'
import { Screen, Toolbar, TruthBar } from '../ui/bars'
import { Button } from '../ui/button'
import { Icon } from '../ui/icon'
import { Segmented } from '../ui/segmented'
import { Empty } from '../ui/states'
import { useKeys } from '../ui/use-keys'
import { ViewStates } from '../ui/view-states'
import { ConflictPanel } from './conflict-panel'
import { EffectPanel } from './effect-panel'
import './editor.css'
import { NewVirtualService } from './new-virtual-service'
import { RuleList } from './rule-list'
import { RulePanel } from './rule-panel'
import { SaveBar } from './save-bar'
import { tableRows, type TableRow } from './table-rows'
import { objectKey, useEditing } from './use-editing'
import { useSaving } from './use-saving'
import { useVerdict } from './use-verdict'

const YamlEditor = dynamic(() => import('./yaml-editor'), { ssr: false })
const list: readonly PathStep[] = ['spec', 'http']

/** The editor of a host's real table on one gateway: all rules in Envoy's order, whoever owns them. */
export function EditorScreen({ gateway, host }: { readonly gateway: string; readonly host: string }) {
  const cluster = useCluster()
  const router = useRouter()
  const search = useSearchParams()
  const routeConfiguration = search.get('rc') ?? undefined
  const view = useView(tableView, cluster, { gateway, host, ...(routeConfiguration === undefined ? {} : { routeConfiguration }) })
  const declared = view.data?.table
  const editing = useEditing(cluster, declared)
  const verdict = useVerdict(cluster, { gateway, host, routeConfiguration }, editing.changed)
  const saving = useSaving(cluster, editing)
  const [mode, setMode] = useState<'sentence' | 'yaml'>(search.get('view') === 'yaml' ? 'yaml' : 'sentence')
  const [chosen, setChosen] = useState<string | null>(null)
  const [yamlOf, setYamlOf] = useState<string | null>(null)
  const facts = useDeclaredFacts(view.revision)

  const table = (editing.changed.length > 0 ? verdict.preview?.table : undefined) ?? declared
  const rows = table ? tableRows(table, editing.objects) : []
  const wanted = Number(search.get('rule') ?? 0)
  const path = search.get('path')
  const selected = rows.find((row) => row.id === chosen) ?? rows.find((row) => (wanted > 0 ? row.number === wanted : path !== null && row.id.includes(`#${path}`))) ?? rows.find((row) => !row.locked) ?? rows[0]
  const object = selected && !selected.locked ? editing.objects.get(selected.ownerKey) : undefined
  const key = yamlOf ?? selected?.ownerKey ?? ''
  const whole = editing.objects.get(key)
  const conflict = saving.trouble?.reply?.kind === 'conflict' ? saving.trouble.reply : null
  const conflicted = conflict && saving.trouble ? editing.objects.get(saving.trouble.key) : undefined

  const edit = (ownerKey: string, edits: readonly Edit[]): void => editing.dispatch({ kind: 'edit', key: ownerKey, edits })
  const select = (row: TableRow): void => {
    setChosen(row.id)
    setYamlOf(null)
  }
  const save = (): void => { if (editing.changed.length > 0) void saving.save(editing.changed) }
  const leave = (): void => router.push(`${paths.map(cluster)}?gateway=${encodeURIComponent(gateway)}&q=${encodeURIComponent(`host:${host}`)}`)
  useKeys({
    'Mod+s': (event) => { event.preventDefault(); save() },
    'Mod+z': (event) => { event.preventDefault(); editing.dispatch({ kind: 'undo' }) },
    'Mod+y': (event) => { event.preventDefault(); editing.dispatch({ kind: 'redo' }) },
    ArrowDown: () => step(rows, selected, 1, select),
    ArrowUp: () => step(rows, selected, -1, select),
    Escape: leave,
  })

  return (
    <Screen
      scroll={false}
      toolbar={(
        <Toolbar label="Editor">
          <h1 className="sr-only">Rules of {host} on {gateway}</h1>
          <button type="button" className="pick" onClick={leave}><Icon name="chevron-left" size={12} /><span className="m">{host}</span></button>
          <span className="label editor-wide">on <span className="m">{gateway}</span></span>
          <span className="vr" />
          <span className="label small editor-wide">{rows.length} {rows.length === 1 ? 'rule' : 'rules'} of {table?.objects.length ?? 0} {table?.objects.length === 1 ? 'object' : 'objects'}</span>
          <span className="push" />
          <Segmented label="View" value={mode} segments={[{ value: 'sentence', label: 'Sentence' }, { value: 'yaml', label: 'YAML' }]} onChange={setMode} />
          <Button look="bare" hint="Esc" onClick={leave}>Leave</Button>
        </Toolbar>
      )}
      truth={<TruthBar facts={[...facts, { label: 'Draft', text: editing.changed.length === 0 ? 'none' : `${verdict.hash}, kept in this browser` }]} keys={[{ keys: '↑↓', does: 'rule' }, { keys: 'Alt ↑↓', does: 'move rule' }, { keys: 'Ctrl Z', does: 'undo' }, { keys: 'Ctrl S', does: 'save' }]} />}
    >
      <ViewStates view={view}>
        {() => (table === null || table === undefined || search.get('new') !== null || editing.objects.get(`new`) !== undefined) && rows.length === 0 ? (
          <NewVirtualService cluster={cluster} gateway={gateway} host={host} onDone={() => router.replace(paths.edit(cluster, split(gateway), host))} />
        ) : (
          <div className="editor">
            <div className="editor-columns">
              <RuleList
                rows={rows} selected={selected?.id ?? null} onSelect={select}
                createdAt={new Map((table?.objects ?? []).map((owner) => [objectKey(owner.ref), owner.createdAt]))}
                onMove={(row, to) => { if (row.http !== null) edit(row.ownerKey, [{ kind: 'move', path: list, from: row.http, to }]) }}
                onAdd={(ownerKey) => edit(ownerKey, [{ kind: 'insert', path: list, index: 0, value: { match: [{ uri: { prefix: '/' } }], route: [{ destination: { host: '' } }] } }])}
              />
              <div className="editor-middle">
                {conflict && conflicted ? <ConflictPanel object={conflicted} current={isJsonObject(conflict.current) ? conflict.current : null} editing={editing} onDone={saving.dismiss} /> : null}
                {saving.trouble && !conflict ? <p className="state editor-trouble" role="alert">{saving.trouble.key}: {saving.trouble.message} <button type="button" className="link" onClick={saving.dismiss}>dismiss</button></p> : null}
                {mode === 'sentence' && selected && object ? <RulePanel key={selected.ownerKey} row={selected} object={object} onEdit={(edits) => edit(selected.ownerKey, edits)} onWrite={(text) => editing.dispatch({ kind: 'write', key: selected.ownerKey, text })} onRemove={() => { if (selected.http !== null) edit(selected.ownerKey, [{ kind: 'remove', path: [...list, selected.http] }]) }} /> : null}
                {mode === 'sentence' && selected && selected.locked ? <Locked row={selected} cluster={cluster} /> : null}
                {mode === 'yaml' && whole ? (
                  <section aria-label={`YAML of ${key}`}>
                    <div className="editor-head"><span className="m editor-strong">{key}</span>{whole.changed ? <button type="button" className="link" onClick={() => editing.dispatch({ kind: 'reset', key })}>Reset object</button> : null}</div>
                    <YamlEditor label={`YAML of ${key}`} text={whole.draft.text} issues={whole.reading.ok ? [] : whole.reading.issues} onChange={(text) => editing.dispatch({ kind: 'write', key, text })} />
                  </section>
                ) : null}
                {editing.failures.map((failure) => <p key={failure} className="state" role="alert">{failure}</p>)}
              </div>
              <EffectPanel changed={editing.changed} verdict={verdict} refused={editing.state.refused} />
            </div>
            <SaveBar editing={editing} verdict={verdict} saving={saving} onSave={save} versions={new Map((declared?.objects ?? []).map((owner) => [objectKey(owner.ref), owner.resourceVersion]))} />
          </div>
        )}
      </ViewStates>
    </Screen>
  )
}

function Locked({ row, cluster }: { readonly row: TableRow; readonly cluster: string }) {
  const [namespace = '', name = ''] = row.ownerKey.split('/')
  const link = paths.object(cluster, { group: 'networking.istio.io', kind: 'VirtualService', namespace, name })
  return <Empty action={link === undefined ? null : <a className="link" href={link}>Open {row.owner}</a>}>Rule {row.number ?? row.words} is written as another kind of object, so it is shown here in its place but edited there.</Empty>
}

function step(rows: readonly TableRow[], selected: TableRow | undefined, by: number, select: (row: TableRow) => void): void {
  const next = rows[(selected ? rows.indexOf(selected) : -1) + by]
  if (next) select(next)
}

function split(gateway: string): { readonly namespace: string; readonly name: string } {
  const slash = gateway.indexOf('/')
  return { namespace: gateway.slice(0, slash), name: gateway.slice(slash + 1) }
}
