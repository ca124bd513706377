import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import type { MapLayout } from '@/lib/mesh/graph/layout'
import { edgePath } from '@/lib/mesh/graph/layout-path'
import { densityMetrics, type HostColumnRow } from '@/lib/mesh/graph/layout-rows'
import { hostTitle } from '@/lib/mesh/graph/map-keys'
import { matchLabel } from '@/lib/mesh/graph/match-words'
import type { MapProtocol } from '@/lib/mesh/graph/model'
import { moreText } from './more-row'
import { count, deadText, entryTitle, hostNote, isShort, ownerText, rateText, serverNote } from './map-words'
import { markText } from './map-marks'

/** A colour of the picture: the name of a token, without its dashes; `edge-` is a protocol's hue as an edge at rest shows it, made opaque. */
export type Ink = 'surface-0' | 'surface-1' | 'text-1' | 'text-2' | 'text-3' | 'text-faint' | 'line' | 'line-strong' | 'warn' | 'bad' | `proto-${MapProtocol}` | `edge-${MapProtocol}`

/** One stroke, area or text of the picture. */
export type Shape =
  | { readonly kind: 'rect'; readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly fill: Ink }
  | { readonly kind: 'path'; readonly d: string; readonly stroke: Ink; readonly width: number; readonly dash: readonly number[] }
  | { readonly kind: 'text'; readonly x: number; readonly y: number; readonly text: string; readonly ink: Ink; readonly mono: boolean; readonly bold: boolean; readonly align: 'start' | 'middle' | 'end'; readonly strike: boolean; /** Longer texts are cut here, px. */ readonly room: number }

const line = (y: number, x: number, width: number, stroke: Ink): Shape => ({ kind: 'path', d: `M${x} ${y + 0.5}h${width}`, stroke, width: 1, dash: [] })
const text = (at: { readonly x: number; readonly y: number; readonly text: string; readonly room: number } & Partial<Extract<Shape, { kind: 'text' }>>): Shape => ({ kind: 'text', ink: 'text-1', mono: true, bold: false, align: 'start', strike: false, ...at })

/** The whole map as shapes, the same as on the screen, for a picture that stands by itself. */
export function drawMap(index: GraphIndex, layout: MapLayout, width: number): readonly Shape[] {
  const { columns } = layout
  const strips = [columns.entry, columns.server, columns.host, columns.to, columns.pods].map((column): Shape => ({ kind: 'rect', x: column.x, y: 0, width: column.width, height: layout.height, fill: 'surface-1' }))
  return [
    { kind: 'rect', x: 0, y: 0, width, height: layout.height, fill: 'surface-0' },
    ...strips,
    ...layout.edges.map((edge): Shape => ({ kind: 'path', d: edgePath(edge), stroke: `edge-${edge.protocol}`, width: edge.width, dash: edge.kind === 'mirror' ? [5, 4] : [] })),
    ...layout.edges.flatMap((edge): Shape[] => (edge.label === null ? [] : [
      { kind: 'rect', x: edge.x1 - 44, y: edge.y1 - 8, width: 38, height: 16, fill: 'surface-0' },
      text({ x: edge.x1 - 25, y: edge.y1 + 4, text: edge.label, ink: 'text-3', align: 'middle', mono: edge.kind !== 'mirror', room: 44 }),
    ])),
    ...layout.entries.flatMap((place) => drawEntry(index, layout, place)),
    ...layout.servers.flatMap((place) => drawServer(index, layout, place)),
    ...layout.rows.flatMap((row) => drawRow(index, layout, row)),
    ...layout.destinations.flatMap((place) => drawDestination(index, layout, place)),
  ]
}

type Place = { readonly id: string; readonly y: number }

function drawEntry(index: GraphIndex, layout: MapLayout, { id, y }: Place): readonly Shape[] {
  const entry = index.entries.get(id)
  const { x, width } = layout.columns.entry
  if (!entry) return []
  return [
    line(y, x, width, 'line'),
    text({ x: x + 16, y: y + 18, text: entryTitle(entry), bold: true, room: width - 20 }),
    text({ x: x + 16, y: y + 34, text: `${entry.name}${entry.nodePort === null ? '' : ` n${entry.nodePort}`}`, ink: `proto-${entry.protocol}`, mono: false, room: width - 20 }),
  ]
}

function drawServer(index: GraphIndex, layout: MapLayout, { id, y }: Place): readonly Shape[] {
  const server = index.servers.get(id)
  const { x, width } = layout.columns.server
  if (!server) return []
  return [
    line(y, x, width, 'line'),
    text({ x: x + 8, y: y + 18, text: `${server.protocol} ${serverNote(server)}`, ink: `proto-${server.protocol}`, mono: false, room: width - 16 }),
    text({ x: x + 8, y: y + 34, text: server.hosts.join(', '), room: width - 16 }),
  ]
}

function drawRow(index: GraphIndex, layout: MapLayout, row: HostColumnRow): readonly Shape[] {
  const { x, width } = layout.columns.host
  const right = x + width - 8
  const base = row.y + Math.min(18, row.height - 4)
  if (row.kind === 'more') return [line(row.y, x, width, 'line-strong'), text({ x: x + 28, y: base, text: moreText(index.graph.totals), mono: false, ink: 'text-2', room: width - 36 })]
  const host = index.graph.hosts[row.index]
  if (!host) return []
  if (row.kind === 'host') {
    const aside = [host.trouble?.code ?? '', hostNote(host), host.rules === null && host.ruleCount > 0 ? count(host.ruleCount, 'rule') : '', host.rate === null ? '' : rateText(host.rate)].filter((part) => part !== '').join('   ')
    return [
      line(row.y, x, width, 'line-strong'),
      text({ x: x + 28, y: base, text: hostTitle(host), bold: true, room: width - 44 - aside.length * 6.4 }),
      text({ x: right, y: base, text: aside, ink: host.trouble ? (host.trouble.errors > 0 ? 'bad' : 'warn') : 'text-3', mono: false, align: 'end', room: width / 2 }),
    ]
  }
  const rule = host.rules?.[row.rule]
  if (!rule) return []
  const aside = [rule.dead ? deadText(rule) : '', ...rule.marks.map(markText), rule.resource ? ownerText([rule.resource]) : ''].filter((part) => part !== '').join('   ')
  return [
    line(row.y + row.height - 1, x, width, 'line'),
    text({ x: x + 28, y: base, text: `${rule.number}`, ink: 'text-3', align: 'end', room: 20 }),
    text({ x: x + 36, y: base, text: matchLabel(rule.when), ink: rule.dead ? 'text-3' : 'text-1', strike: rule.dead !== null, room: width - 52 - aside.length * 6.4 }),
    text({ x: right, y: base, text: aside, ink: rule.dead ? 'warn' : 'text-3', mono: false, align: 'end', room: width * 0.6 }),
    ...(rule.dead ? [{ kind: 'path', d: `M${x + width} ${row.y + row.height / 2}h18m1 -4v8`, stroke: 'warn', width: 1.25, dash: [] } as const] : []),
  ]
}

function drawDestination(index: GraphIndex, layout: MapLayout, { id, y }: Place): readonly Shape[] {
  const destination = index.destinations.get(id)
  const { to, pods } = layout.columns
  if (!destination) return []
  const height = densityMetrics[layout.density].to
  const base = y + Math.min(18, height - 4)
  const counted = destination.total === null ? [] : [
    { kind: 'path', d: `M${to.x + to.width} ${y + height / 2}H${pods.x}`, stroke: `edge-${destination.protocol}`, width: 2, dash: [] } as const,
    text({ x: pods.x + pods.width - 8, y: base, text: `${destination.ready ?? 0}/${destination.total}`, ink: isShort(destination) ? 'warn' : 'text-2', align: 'end', room: pods.width - 16 }),
  ]
  return [line(y, to.x, to.width, 'line'), text({ x: to.x + 8, y: base, text: destination.label, ink: destination.kind === 'missing' ? 'bad' : 'text-1', room: to.width - 16 }), ...counted]
}
