import type { Ink, Shape } from './map-drawing'

/** Colours by token, as the page shows them now. */
export type Inks = (ink: Ink) => string

const mono = 'JetBrains Mono, ui-monospace, Menlo, Consolas, monospace'
const sans = 'Inter, ui-sans-serif, system-ui, sans-serif'
/** The width of a character of 12 px, px: exact for the monospace face, an upper bound for the other. */
const charWidth = { mono: 7.2, sans: 6.6 } as const

/** A text that fits its room, with an ellipsis where it was cut. */
export function fitText(shape: Extract<Shape, { kind: 'text' }>): string {
  const most = Math.floor(shape.room / (shape.mono ? charWidth.mono : charWidth.sans))
  return shape.text.length <= most ? shape.text : `${shape.text.slice(0, Math.max(0, most - 1))}…`
}

/** The shapes as an SVG document that needs nothing else: colours are written out, fonts have fallbacks. */
export function toSvg(shapes: readonly Shape[], at: { readonly width: number; readonly height: number; readonly title: string; readonly inks: Inks }): string {
  const body = shapes.map((shape) => {
    if (shape.kind === 'rect') return `<rect x="${shape.x}" y="${shape.y}" width="${shape.width}" height="${shape.height}" fill="${at.inks(shape.fill)}"/>`
    if (shape.kind === 'path') return `<path d="${shape.d}" fill="none" stroke="${at.inks(shape.stroke)}" stroke-width="${shape.width}"${shape.dash.length === 0 ? '' : ` stroke-dasharray="${shape.dash.join(' ')}"`}/>`
    return `<text x="${shape.x}" y="${shape.y}" fill="${at.inks(shape.ink)}" font-family="${shape.mono ? mono : sans}"${shape.bold ? ' font-weight="600"' : ''}${shape.align === 'start' ? '' : ` text-anchor="${shape.align}"`}${shape.strike ? ' text-decoration="line-through"' : ''}>${escapeXml(fitText(shape))}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${at.width}" height="${at.height}" viewBox="0 0 ${at.width} ${at.height}" font-size="12"><title>${escapeXml(at.title)}</title>\n${body.join('\n')}\n</svg>\n`
}

/** Text as it may stand between tags. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** What a canvas can be at most in Chromium and Firefox: longest side and area, px. */
const canvasLimits = { side: 32_000, area: 120_000_000 } as const

/** The scale at which a picture fits a canvas, at most 2. */
export function pictureScale(width: number, height: number): number {
  return Math.min(2, canvasLimits.side / Math.max(width, height), Math.sqrt(canvasLimits.area / (width * height)))
}

/** Draws the shapes on a canvas, as large as `pictureScale` allows. */
export function paint(canvas: HTMLCanvasElement, shapes: readonly Shape[], at: { readonly width: number; readonly height: number; readonly inks: Inks }): void {
  const scale = pictureScale(at.width, at.height)
  canvas.width = Math.max(1, Math.floor(at.width * scale))
  canvas.height = Math.max(1, Math.floor(at.height * scale))
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(scale, scale)
  for (const shape of shapes) {
    if (shape.kind === 'rect') {
      context.fillStyle = at.inks(shape.fill)
      context.fillRect(shape.x, shape.y, shape.width, shape.height)
    } else if (shape.kind === 'path') {
      context.strokeStyle = at.inks(shape.stroke)
      context.lineWidth = shape.width
      context.setLineDash([...shape.dash])
      context.stroke(new Path2D(shape.d))
    } else paintText(context, shape, at.inks)
  }
}

function paintText(context: CanvasRenderingContext2D, shape: Extract<Shape, { kind: 'text' }>, inks: Inks): void {
  context.font = `${shape.bold ? '600 ' : ''}12px ${shape.mono ? `"JetBrains Mono Variable", ${mono}` : `"Inter Variable", ${sans}`}`
  context.textAlign = shape.align === 'middle' ? 'center' : shape.align
  context.fillStyle = inks(shape.ink)
  const written = fitText(shape)
  context.fillText(written, shape.x, shape.y)
  if (!shape.strike) return
  context.fillRect(shape.x, shape.y - 4, context.measureText(written).width, 1)
}
