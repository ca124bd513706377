'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endpoints } from '@/lib/contract/endpoints'
import { loggingReplySchema, logLevels, type LoggingRequest } from '@/lib/contract/envoy'
import { asAppError, fetchJson } from '@/lib/client/fetch-json'
import { Button } from '../ui/button'
import { PanelHeading } from '../ui/panel'
import { formatClock } from '../ui/relative-time'
import { Failure, Forbidden, WaitingRows } from '../ui/states'
import type { PodAddress } from '@/lib/client/envoy-query'

/** Log levels of a pod's Envoy: seen, raised for ten minutes, put back. */
export function EnvoyLevels({ address, text }: { readonly address: PodAddress; readonly text: string }) {
  const url = endpoints.logging(address.cluster, address.namespace, address.pod)
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['logging', url], queryFn: ({ signal }) => fetchJson({ url, schema: loggingReplySchema, signal }), retry: false })
  const change = useMutation({
    mutationFn: (body: LoggingRequest) => fetchJson({ url, schema: loggingReplySchema, method: 'POST', body }),
    onSuccess: (reply) => client.setQueryData(['logging', url], reply),
  })
  const failure = change.error ?? query.error
  const missing = failure === null ? undefined : asAppError(failure).details.missing
  const { data } = query
  const wanted = text.trim().toLowerCase()
  return (
    <section aria-label="Log levels">
      <PanelHeading quiet title="Log levels">
        {data?.raisedUntil == null ? null : <span className="text-warn">put back at <span className="m">{formatClock(data.raisedUntil)}</span></span>}
        <label className="row">All loggers <Level label="Level of all loggers" value="" disabled={change.isPending} onChange={(level) => change.mutate({ levels: { '*': level } })} /></label>
        <Button look="bare" icon="undo" disabled={change.isPending || data?.raisedUntil == null} onClick={() => change.mutate({ restore: true })}>Put back</Button>
      </PanelHeading>
      {missing ? <Forbidden missing={missing} /> : failure === null ? null : <Failure message={asAppError(failure).message} />}
      {data === undefined ? (failure === null ? <WaitingRows rows={10} columns="1fr 120px" /> : null) : data.loggers.filter((logger) => logger.name.includes(wanted)).map((logger) => (
        <div key={logger.name} className="envoy-row">
          <span className="m first">{logger.name}</span>
          {logger.before === null ? null : <span className="small text-ink-3">was {logger.before}</span>}
          <Level label={`Level of ${logger.name}`} value={logger.level} disabled={change.isPending} onChange={(level) => change.mutate({ levels: { [logger.name]: level } })} />
        </div>
      ))}
    </section>
  )
}

function Level({ label, value, disabled, onChange }: { readonly label: string; readonly value: string; readonly disabled: boolean; readonly onChange: (level: (typeof logLevels)[number]) => void }) {
  return (
    <select className="envoy-level m" aria-label={label} value={value} disabled={disabled} onChange={(event) => { const level = logLevels.find((one) => one === event.target.value); if (level !== undefined) onChange(level) }}>
      {value === '' || !logLevels.some((one) => one === value) ? <option value={value}>{value === '' ? 'set to' : value}</option> : null}
      {logLevels.map((level) => <option key={level} value={level}>{level}</option>)}
    </select>
  )
}
