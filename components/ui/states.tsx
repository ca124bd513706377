'use client'
import { useEffect, useState, type ReactNode } from 'react'
import { CopyButton } from './copy-button'
import { Glyph } from './glyph'
import { Icon } from './icon'

/** True once `ms` have passed since mounting: nothing is shown for the first 300 ms of waiting. */
export function useDelay(ms = 300): boolean {
  const [passed, setPassed] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms)
    return () => clearTimeout(timer)
  }, [ms])
  return passed
}

/**
 * Loading: nothing for 300 ms, then rows in their final geometry with a bar in each column.
 * @param columns the grid's columns as CSS widths, `2fr 1fr 80px`
 */
export function WaitingRows({ rows = 6, height = 28, columns = '2fr 1fr 1fr 80px' }: { readonly rows?: number; readonly height?: number; readonly columns?: string }) {
  const shown = useDelay()
  const bars = columns.split(' ').length
  return (
    <div aria-busy="true" role="status">
      <span className="sr-only">Loading</span>
      {shown ? Array.from({ length: rows }, (_, row) => (
        <div key={row} className="waiting-row" style={{ height, gridTemplateColumns: columns }} aria-hidden="true">
          {Array.from({ length: bars }, (_, bar) => <i key={bar} />)}
        </div>
      )) : null}
    </div>
  )
}

/** Empty: one sentence what it means, one link what to do; at the place of the first row. */
export function Empty({ children, action }: { readonly children: ReactNode; readonly action?: ReactNode }) {
  return <div className="state">{children}{action === undefined ? null : <> {action}</>}</div>
}

/** The right that is missing. `resource` is the plural with its group (`virtualservices.networking.istio.io`). */
export interface MissingRight {
  readonly verb: string
  readonly resource: string
  readonly namespace: string
}

/** Forbidden: the missing verb, resource and namespace, and the Role that grants it, to copy. */
export function Forbidden({ missing, subject }: { readonly missing: MissingRight; readonly subject?: string }) {
  const [open, setOpen] = useState(false)
  const plural = missing.resource.split('.')[0] ?? missing.resource
  const role = roleFor(missing)
  return (
    <div className="state">
      <div className="flex flex-wrap items-center gap-2">
        <Icon name="lock" className="text-ink-3" />
        <span>You may not <span className="m text-ink">{missing.verb} {plural}</span>{missing.namespace === '' ? ' in this cluster' : <> in <span className="m text-ink">{missing.namespace}</span></>}{subject === undefined ? '' : `: ${subject}`}.</span>
        <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Hide the Role' : 'Show the Role that allows it'}</button>
        <CopyButton text={role} label="Copy the Role" />
      </div>
      {open ? <pre className="yaml-block" tabIndex={0} aria-label="Role">{role}</pre> : null}
    </div>
  )
}

/** The Role (ClusterRole without a namespace) and binding that grant a right, as YAML. */
export function roleFor({ verb, resource, namespace }: MissingRight): string {
  const dot = resource.indexOf('.')
  const [plural, group] = dot < 0 ? [resource, ''] : [resource.slice(0, dot), resource.slice(dot + 1)]
  const kind = namespace === '' ? 'ClusterRole' : 'Role'
  const name = `meridian-${verb}-${plural.replaceAll('/', '-')}`
  const where = namespace === '' ? '' : `\n  namespace: ${namespace}`
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}${where}
rules:
- apiGroups: ["${group}"]
  resources: ["${plural}"]
  verbs: ["${verb}"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}Binding
metadata:
  name: ${name}${where}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${kind}
  name: ${name}
subjects:
- kind: User
  name: "" # the person's name at the API server
`
}

/** An error in place: what failed, and what to do; never a toast. */
export function Failure({ message, children }: { readonly message: string; readonly children?: ReactNode }) {
  return (
    <div className="state" role="alert">
      <div className="flex flex-wrap items-center gap-2"><Glyph shape="bad" /><span className="text-ink">{message}</span>{children}</div>
    </div>
  )
}
