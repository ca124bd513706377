'use client'
import { parseAsBoolean, parseAsString, useQueryState } from 'nuqs'
import { useRouter } from 'next/navigation'
import { lazy, Suspense } from 'react'
import { objectView } from '@/lib/contract/views/object'
import { useCluster } from '@/lib/client/use-cluster'
import { useObject, type ObjectAddress } from '@/lib/client/use-object'
import { useView } from '@/lib/client/use-view'
import { kindByKey } from '@/lib/mesh/kinds'
import { useDeclaredFacts } from '../shell/declared-facts'
import { Screen, Toolbar, TruthBar } from '../ui/bars'
import { Button, ButtonLink } from '../ui/button'
import { cx } from '../ui/cx'
import { Glyph } from '../ui/glyph'
import { PanelHeading } from '../ui/panel'
import { Ago } from '../ui/relative-time'
import { StaleText } from '../ui/stale-text'
import { Empty, Failure, Forbidden, WaitingRows } from '../ui/states'
import { useKeys } from '../ui/use-keys'
import { ObjectFacts } from './object-facts'
import { editPath } from './object-links'
import './object.css'

const YamlView = lazy(() => import('./yaml-view').then((module) => ({ default: module.YamlView })))

/** One object: its text as stored, what it serves, names and is named by, and its problems. `e` edits its rules. */
export function ObjectScreen({ address }: { readonly address: ObjectAddress }) {
  const cluster = useCluster()
  const router = useRouter()
  const view = useView(objectView, cluster, { kind: address.kind, namespace: address.namespace, name: address.name })
  const object = useObject(cluster, address, view.data?.resourceVersion)
  const [pointed, point] = useQueryState('path', parseAsString)
  const [managed, setManaged] = useQueryState('managed', parseAsBoolean.withDefault(false))
  const edit = view.data && editPath(cluster, address.kind, view.data.hosts, pointed)
  useKeys({ e: () => (edit === undefined ? false : router.push(edit)), Escape: () => void point(null) })

  const kind = kindByKey(address.kind)?.kind ?? address.kind
  const created = createdOf(object.data?.object)
  const missing = object.error?.details.missing
  return (
    <Screen
      toolbar={(
        <Toolbar label="Object">
          <span className="text-ink-3">{kind}</span>
          <h1 className="m cut">{address.namespace === '' ? null : <span className="text-ink-3">{address.namespace}/</span>}<span className="font-semibold">{address.name}</span></h1>
          {created === undefined ? null : <span className="object-created small text-ink-3">created <Ago at={created} /> ago</span>}
          <span className="ml-auto" />
          {edit === undefined ? null : <ButtonLink look="primary" href={edit} hint="e">Edit</ButtonLink>}
        </Toolbar>
      )}
      truth={<TruthBar facts={[...useDeclaredFacts(view.revision), ...(object.data ? [{ label: 'Read at', text: `resourceVersion ${object.data.resourceVersion}` }] : [])]} keys={edit === undefined ? [] : [{ keys: 'e', does: 'edit' }]} />}
    >
      <div className="object-columns">
        <section className={cx('object-text', view.stale && 'stale')} aria-label="YAML">
          <PanelHeading quiet title="YAML, as stored" stale={view.stale ? <StaleText stale={view.stale} /> : undefined}>
            <Button look="bare" aria-pressed={managed} onClick={() => void setManaged(managed ? null : true)}>{managed ? 'Hide managed fields' : 'Show managed fields'}</Button>
          </PanelHeading>
          {view.data?.exists === false && object.data ? <p className="state text-warn"><Glyph shape="warn" label="" /> Deleted. This is the last text that was read.</p> : null}
          {object.data ? <Suspense fallback={<WaitingRows rows={16} height={20} columns="24px 1fr" />}><YamlView object={object.data.object} managed={managed} pointed={pointed} problems={view.data?.problems ?? []} /></Suspense>
            : missing ? <Forbidden missing={missing} />
            : object.error?.code === 'not-found' || view.data?.exists === false ? <Empty>There is no {kind} <span className="m">{address.namespace === '' ? '' : `${address.namespace}/`}{address.name}</span> in this cluster (any more).</Empty>
            : object.error ?? view.error ? <Failure message={(object.error ?? view.error)?.message ?? ''} />
            : <WaitingRows rows={16} height={20} columns="24px 1fr" />}
        </section>
        <div className="object-facts">
          {view.data ? <ObjectFacts cluster={cluster} data={view.data} address={address} onPoint={(path) => void point(path)} /> : null}
        </div>
      </div>
    </Screen>
  )
}

function createdOf(object: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const metadata = object?.['metadata']
  if (typeof metadata !== 'object' || metadata === null || !('creationTimestamp' in metadata) || typeof metadata.creationTimestamp !== 'string') return undefined
  const time = Date.parse(metadata.creationTimestamp)
  return Number.isNaN(time) ? undefined : time
}
