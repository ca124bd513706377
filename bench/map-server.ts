import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { hostIdOf } from '@/lib/mesh/graph/map-keys'
import { mapGraph, type MapInput } from '@/lib/mesh/graph/map-graph'

/** The root of the project, given by bin/run-ts when it bundles. */
declare global {
  interface ImportMeta {
    readonly meridianRoot?: string
  }
}
const root = import.meta.meridianRoot ?? join(dirname(fileURLToPath(import.meta.url)), '..')

/** Serves the map page on a free port of 127.0.0.1, with the map of `source` behind it. */
export async function serveMap(source: Pick<MapInput, 'snapshot' | 'compiled' | 'problems' | 'gateways'>): Promise<{ readonly url: string; readonly server: Server }> {
  const [script, style] = [await pageScript(), pageStyle()]
  const server = createServer((request, response) => {
    const [path, query = ''] = (request.url ?? '/').split('?')
    const reply = (type: string, body: string | Uint8Array): void => { response.writeHead(200, { 'content-type': type }).end(body) }
    if (path === '/graph') {
      const asked: { open: string[]; q: string; limit: number | null; focus: string | null } = JSON.parse(decodeURIComponent(query))
      return reply('application/json', JSON.stringify(mapGraph({ ...source, open: asked.open, filter: asked.q, namespaces: [], limit: asked.limit, focus: asked.focus === null ? null : hostIdOf(asked.focus) })))
    }
    if (path === '/page.js') return reply('text/javascript', script)
    if (path === '/page.css') return reply('text/css', style)
    if (path?.endsWith('.woff2') === true) return reply('font/woff2', readFileSync(join(root, 'node_modules', '@fontsource-variable', path.includes('mono') ? 'jetbrains-mono' : 'inter', 'files', path.split('/').at(-1) ?? '')))
    reply('text/html', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css"></head><body><div id="root"></div><script type="module" src="/page.js"></script></body></html>`)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The map page has no port.')
  return { url: `http://127.0.0.1:${address.port}/`, server }
}

async function pageScript(): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(root, 'bench/map-page.tsx')], bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022', jsx: 'automatic', minify: true,
    absWorkingDir: root, define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' }, loader: { '.css': 'empty' }, logLevel: 'error',
    alias: { '@': root, 'next/navigation': join(root, 'bench/next-navigation.ts') },
  })
  return result.outputFiles[0]?.contents ?? new Uint8Array()
}

/** The utilities that the map's components take from Tailwind, and its reset; the rest of the look is plain style sheets. */
const utilities = `
*, *::before, *::after { box-sizing: border-box; margin: 0; padding: 0; border: 0 solid; }
body { font: var(--weight-text) var(--size-13)/var(--lead-13) var(--font-text); background: var(--surface-0); color: var(--text-1); overflow: hidden; }
button, input { font: inherit; color: inherit; background: none; } button { cursor: pointer; } a { color: inherit; text-decoration: none; } svg { display: block; }
h1, h2, h3 { font: inherit; } .glyph { display: inline-block; } dl, dd { margin: 0; }
.h-full { height: 100%; } .sr-only { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; } .flex { display: flex; } .overflow-hidden { overflow: hidden; } .min-w-0 { min-width: 0; } .gap-3 { gap: 12px; } .m { font-variant-numeric: tabular-nums; }
.text-ink-2 { color: var(--text-2); } .text-ink-3 { color: var(--text-3); } .text-faint { color: var(--text-faint); } .text-warn { color: var(--warn); } .text-bad { color: var(--bad); } .text-accent { color: var(--accent); } .font-semibold { font-weight: 600; } .text-14 { font-size: 14px; }
`

function pageStyle(): string {
  const files = ['app/tokens.css', 'app/primitives.css', 'node_modules/@xyflow/react/dist/base.css', 'components/map/map.css', 'node_modules/@fontsource-variable/inter/wght.css', 'node_modules/@fontsource-variable/jetbrains-mono/wght.css']
  return [utilities, ...files.map((file) => readFileSync(join(root, file), 'utf8'))].join('\n')
}
