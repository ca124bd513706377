import { clusterLabel, parseClusterName } from '@/lib/mesh/graph/cluster-name'
import type { LogRow } from './log-store'

/** One row of 20 px: an access-log line in columns, any other line as text, a marker as a ruled sentence. */
export function LogRowView({ row, top, podIndex, selected, onChoose }: { readonly row: LogRow; readonly top: number; readonly podIndex: number; readonly selected: boolean; readonly onChoose: (row: LogRow) => void }) {
  const time = row.time.slice(11, 23)
  const style = { transform: `translateY(${top}px)` }
  if (row.kind === 'marker') return <div className="logs-line logs-marker" style={style}><span>{time}</span><i /><span className="logs-sentence">{shortName(row.pod)} {row.text}</span><i /></div>
  const { access } = row
  const pod = `pod-${Math.min(Math.max(podIndex, 0), 3) + 1}`
  if (!access) {
    return (
      <button type="button" className={`logs-line logs-plain ${selected ? 'selected' : ''}`} style={style} onClick={() => onChoose(row)}>
        <span className="logs-time">{time}</span><span className={`logs-pod-cell ${pod}`}>{shortName(row.pod)}</span><span className="logs-text">{row.text}</span>
      </button>
    )
  }
  const failing = access.status >= 400 || (access.status === 0 && access.flags !== '')
  const cluster = parseClusterName(access.upstreamCluster)
  return (
    <button type="button" className={`logs-line ${failing ? 'failing' : ''} ${selected ? 'selected' : ''}`} style={style} onClick={() => onChoose(row)}>
      <span className="logs-time">{time}</span>
      <span className={`logs-pod-cell ${pod}`}>{shortName(row.pod)}</span>
      <span className="logs-status">{access.status === 0 ? 'tcp' : access.status}</span>
      <span className="logs-flags">{access.flags === '' ? '–' : access.flags}</span>
      <span className="logs-quiet">{access.method}</span>
      <span className="logs-quiet">{access.authority || access.serverName}</span>
      <span className="logs-path">{access.path}</span>
      <span className="logs-quiet">{cluster ? clusterLabel(cluster) : access.upstreamCluster === '' ? '–' : access.upstreamCluster}</span>
      <span className="num logs-quiet">{access.duration === null ? '–' : `${access.duration} ms`}</span>
    </button>
  )
}

/** The part of a pod's name that tells it from its siblings. */
export function shortName(pod: string): string {
  const name = pod.slice(pod.indexOf('/') + 1)
  return name.startsWith('istiod') ? 'istiod' : name.slice(name.lastIndexOf('-') + 1)
}
