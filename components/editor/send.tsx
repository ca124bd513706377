'use client'
import { useRef } from 'react'
import type { Edit, PathStep } from '@/lib/mesh/edit/edit'
import { sharesOf, type ActionModel, type DestinationModel } from '@/lib/mesh/edit/rule-model'
import { destinationWords } from '@/lib/mesh/edit/rule-words'
import { NumberField } from './condition-popover'

interface SendProps {
  readonly action: ActionModel
  /** The destinations as the cluster has them, to show what a share was. */
  readonly before: ActionModel | null
  readonly rulePath: readonly PathStep[]
  readonly readOnly: boolean
  readonly onEdit: (edits: readonly Edit[]) => void
  readonly onRaw: (path: readonly PathStep[]) => void
}

/** Where the rule sends: destinations with subsets and weights, or a redirect; anything else as YAML. */
export function Send({ action, before, rulePath, readOnly, onEdit, onRaw }: SendProps) {
  if (action.kind === 'redirect') return <Redirect action={action} rulePath={rulePath} readOnly={readOnly} onEdit={onEdit} />
  if (action.kind === 'raw') {
    return action.name === null
      ? <button type="button" className="link" disabled={readOnly} onClick={() => onEdit([{ kind: 'set', path: [...rulePath, 'route'], value: [{ destination: { host: '' } }] }])}>no action yet: + destination</button>
      : <button type="button" className="editor-token raw" disabled={readOnly} onClick={() => onRaw([...rulePath, action.name ?? ''])}><span className="label">as YAML</span><span className="m">{action.name}</span></button>
  }
  const shares = sharesOf(action.destinations)
  const old = before?.kind === 'route' && before.destinations.length === action.destinations.length ? sharesOf(before.destinations) : null
  const sum = action.destinations.reduce((total, destination) => total + (destination.weight ?? 0), 0)
  return (
    <div className="editor-send">
      {action.destinations.length === 2 ? <WeightBar destinations={action.destinations} shares={shares} old={old} rulePath={rulePath} readOnly={readOnly} onEdit={onEdit} /> : null}
      {action.destinations.map((destination, index) => (
        <DestinationRow key={destination.index} destination={destination} share={shares[index] ?? 0} alone={action.destinations.length === 1} rulePath={rulePath} readOnly={readOnly} onEdit={onEdit} onRaw={onRaw} />
      ))}
      {readOnly ? null : (
        <div className="editor-send-foot">
          <button type="button" className="link" onClick={() => onEdit(addDestination(action.destinations, rulePath))}>+ destination</button>
          {action.destinations.length > 1 ? <span className="label push">weights sum to <span className="m">{sum}</span>, kept as written</span> : null}
        </div>
      )}
    </div>
  )
}

/** A second destination shares with the first: the one that was alone takes 100, the new one starts at 0. */
function addDestination(destinations: readonly DestinationModel[], rulePath: readonly PathStep[]): readonly Edit[] {
  const list = [...rulePath, 'route']
  const [first] = destinations
  const alone: readonly Edit[] = destinations.length === 1 && first ? [{ kind: 'set', path: [...list, 0, 'weight'], value: 100 }] : []
  return [...alone, { kind: 'insert', path: list, index: destinations.length, value: { destination: { host: first?.host ?? '' }, weight: destinations.length === 0 ? 100 : 0 } }]
}

function DestinationRow({ destination, share, alone, rulePath, readOnly, onEdit, onRaw }: {
  readonly destination: DestinationModel
  readonly share: number
  readonly alone: boolean
  readonly onRaw: (path: readonly PathStep[]) => void
} & Pick<SendProps, 'rulePath' | 'readOnly' | 'onEdit'>) {
  const item = [...rulePath, 'route', destination.index]
  const set = (path: readonly PathStep[], value: string): void => onEdit([value === '' ? { kind: 'remove', path } : { kind: 'set', path, value }])
  const name = destinationWords(destination)
  return (
    <div className="editor-destination" role="group" aria-label={`Destination ${name}`}>
      <input className="editor-input m" aria-label={`Host of destination ${destination.index + 1}`} value={destination.host} readOnly={readOnly} spellCheck={false} autoComplete="off" onChange={(event) => onEdit([{ kind: 'set', path: [...item, 'destination', 'host'], value: event.target.value }])} />
      <input className="editor-input m" aria-label={`Subset of destination ${destination.index + 1}`} placeholder="no subset" value={destination.subset ?? ''} readOnly={readOnly} spellCheck={false} autoComplete="off" onChange={(event) => { if (destination.subset !== null || event.target.value !== '') set([...item, 'destination', 'subset'], event.target.value) }} />
      <NumberField label={`Port of destination ${destination.index + 1}`} value={destination.port} onChange={(value) => onEdit([{ kind: 'set', path: [...item, 'destination', 'port', 'number'], value }])} />
      <NumberField label={`Weight of ${name}`} value={destination.weight} onChange={(value) => onEdit([{ kind: 'set', path: [...item, 'weight'], value }])} />
      <span className="m num label">{share} %</span>
      <span className="editor-destination-more">
        {destination.others.map((other) => <button key={other} type="button" className="editor-token raw small-token" onClick={() => onRaw([...item, other])}>{other}</button>)}
        {readOnly || alone ? null : <button type="button" className="link small" aria-label={`Remove destination ${name}`} onClick={() => onEdit([{ kind: 'remove', path: item }])}>remove</button>}
      </span>
    </div>
  )
}

/** Two destinations as one bar; the handle moves whole percents of the sum between them. */
function WeightBar({ destinations, shares, old, rulePath, readOnly, onEdit }: {
  readonly destinations: readonly DestinationModel[]
  readonly shares: readonly number[]
  readonly old: readonly number[] | null
} & Pick<SendProps, 'rulePath' | 'readOnly' | 'onEdit'>) {
  const bar = useRef<HTMLDivElement>(null)
  const [first, second] = destinations
  if (!first || !second) return null
  const share = shares[0] ?? 0
  const move = (percent: number): void => {
    const bounded = Math.max(0, Math.min(100, Math.round(percent)))
    const sum = (first.weight ?? 0) + (second.weight ?? 0) || 100
    const weight = Math.round((sum * bounded) / 100)
    onEdit([{ kind: 'set', path: [...rulePath, 'route', first.index, 'weight'], value: weight }, { kind: 'set', path: [...rulePath, 'route', second.index, 'weight'], value: sum - weight }])
  }
  const wasMoved = old !== null && old[0] !== share
  return (
    <>
      <div className="editor-bar" ref={bar}>
        <div className="editor-bar-part" style={{ flexGrow: share }}><b className="m">{first.weight ?? 0}</b><span className="m cut">{destinationWords(first)}</span></div>
        <div
          className="editor-bar-handle" role="slider" tabIndex={readOnly ? -1 : 0} aria-label={`Share of ${destinationWords(first)}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share)} aria-valuetext={`${share} %`} aria-disabled={readOnly}
          onKeyDown={(event) => {
            const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -100, End: 100 }[event.key]
            if (step === undefined || readOnly) return
            event.preventDefault()
            event.stopPropagation()
            move(share + step)
          }}
          onPointerDown={(event) => { if (!readOnly) event.currentTarget.setPointerCapture(event.pointerId) }}
          onPointerMove={(event) => {
            const box = bar.current?.getBoundingClientRect()
            if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return
            move(((event.clientX - box.left) / box.width) * 100)
          }}
        />
        <div className="editor-bar-part second" style={{ flexGrow: 100 - share }}><b className="m">{second.weight ?? 0}</b><span className="m cut">{destinationWords(second)}</span></div>
      </div>
      {wasMoved ? <div className="editor-was"><i style={{ left: `${old[0]}%` }} /><span className="m" style={{ left: `calc(min(${old[0]}%, 100% - 60px) + 6px)` }}>was {old[0]}</span></div> : null}
    </>
  )
}

const redirectFields = [['uri', 'Path of the redirect'], ['authority', 'Host of the redirect'], ['scheme', 'Scheme of the redirect']] as const
const redirectCodes = [301, 302, 303, 307, 308] as const

function Redirect({ action, rulePath, readOnly, onEdit }: { readonly action: Extract<ActionModel, { kind: 'redirect' }> } & Pick<SendProps, 'rulePath' | 'readOnly' | 'onEdit'>) {
  const at = (key: string): readonly PathStep[] => [...rulePath, 'redirect', key]
  return (
    <div className="editor-redirect">
      <select className="editor-select m" aria-label="Redirect code" disabled={readOnly} value={action.redirectCode ?? 301} onChange={(event) => onEdit([{ kind: 'set', path: at('redirectCode'), value: Number(event.target.value) }])}>
        {redirectCodes.map((code) => <option key={code} value={code}>{code}</option>)}
      </select>
      {redirectFields.map(([key, label]) => (
        <input key={key} className="editor-input m" aria-label={label} placeholder={key === 'uri' ? 'same path' : key === 'authority' ? 'same host' : 'same scheme'} value={action[key] ?? ''} readOnly={readOnly} spellCheck={false} autoComplete="off" onChange={(event) => onEdit([event.target.value === '' ? { kind: 'remove', path: at(key) } : { kind: 'set', path: at(key), value: event.target.value }])} />
      ))}
    </div>
  )
}
