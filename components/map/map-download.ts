'use client'
import type { GraphIndex } from '@/lib/mesh/graph/graph-index'
import { layoutMap } from '@/lib/mesh/graph/layout'
import type { Density } from '@/lib/mesh/graph/layout-rows'
import { drawMap, type Ink } from './map-drawing'
import { paint, toSvg } from './map-picture'

/** The width of a picture, px: roomy enough that few names are cut. */
const pictureWidth = 1440

/** Saves the whole map (not only what is on the screen) as `map-<gateway>.svg` or `.png`, in the colours of the page. */
export async function downloadMap(index: GraphIndex, density: Density, format: 'svg' | 'png'): Promise<void> {
  const layout = layoutMap(index.graph, { width: pictureWidth, density })
  const shapes = drawMap(index, layout, pictureWidth)
  const at = { width: pictureWidth, height: Math.ceil(layout.height), title: `Map of ${index.graph.gateway}`, inks: pageInks() }
  const name = `map-${index.graph.gateway.replaceAll('/', '-')}.${format}`
  if (format === 'svg') {
    save(new Blob([toSvg(shapes, at)], { type: 'image/svg+xml' }), name)
    return
  }
  await document.fonts.ready
  const canvas = document.createElement('canvas')
  paint(canvas, shapes, at)
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/png') })
  if (blob) save(blob, name)
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** How much of a protocol's hue an exported edge shows. */
const edgeShare = '60%'

/** The colours of the tokens as the page shows them, as plain `rgb()`: the browser resolves them on a probe and paints one pixel. */
function pageInks(): (ink: Ink) => string {
  const probe = document.body.appendChild(document.createElement('i'))
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const known = new Map<Ink, string>()
  const read = (ink: Ink): string => {
    const edge = ink.startsWith('edge-')
    probe.style.color = edge ? `color-mix(in srgb, var(--proto-${ink.slice('edge-'.length)}) ${edgeShare}, var(--surface-0))` : `var(--${ink})`
    if (!pixel) return getComputedStyle(probe).color
    pixel.fillStyle = getComputedStyle(probe).color
    pixel.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = pixel.getImageData(0, 0, 1, 1).data
    return `rgb(${red} ${green} ${blue})`
  }
  const protocols = ['http', 'https', 'tls', 'grpc', 'tcp'] as const
  const inks: readonly Ink[] = ['surface-0', 'surface-1', 'text-1', 'text-2', 'text-3', 'text-faint', 'line', 'line-strong', 'warn', 'bad', ...protocols.flatMap((protocol): Ink[] => [`proto-${protocol}`, `edge-${protocol}`])]
  for (const ink of inks) known.set(ink, read(ink))
  probe.remove()
  return (ink) => known.get(ink) ?? 'currentColor'
}
