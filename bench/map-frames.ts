import { existsSync } from 'node:fs'
import { chromium, type Page } from '@playwright/test'
import { mapHostsMost } from '@/lib/contract/views/map'
import { meshMap } from './map'
import type { BenchRow } from './row'
import { serveMap } from './map-server'

const chrome = process.env['MERIDIAN_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file))

/** Frames a second while the map of n VirtualServices with all hosts open is scrolled and its density changed, and the most DOM nodes it had. */
export async function benchMapFrames(n = 10_000): Promise<readonly BenchRow[]> {
  const { url, server } = await serveMap(meshMap(n))
  const browser = await chromium.launch({ ...(chrome === undefined ? {} : { executablePath: chrome }), args: ['--no-sandbox'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const start = performance.now()
    await page.goto(`${url}?open=all&hosts=${mapHostsMost}`)
    await page.locator('.map-rule').first().waitFor({ timeout: 120_000 })
    const first = performance.now() - start
    await page.mouse.move(700, 500)
    const scroll = await frames(page, async () => {
      for (let step = 0; step < 240; step++) await page.mouse.wheel(0, step < 160 ? 180 : -220)
    })
    const jump = await frames(page, async () => {
      for (const key of ['End', 'PageUp', 'PageUp', 'Home', 'PageDown', 'PageDown', 'End', 'Home']) {
        await page.keyboard.press(key)
        await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)) }))
      }
    })
    const zoom = await frames(page, async () => {
      await page.keyboard.down('Control')
      for (const turn of [120, 120, -120, -120, 120, -120]) {
        await page.mouse.wheel(0, turn)
        for (let frame = 0; frame < 20; frame++) await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(resolve) }))
      }
      await page.keyboard.up('Control')
    })
    return [
      { what: 'map, all hosts open: first paint', n, value: first, unit: 'ms', limit: 10_000 },
      { what: 'map, all hosts open: scrolling', n, value: scroll.fps, unit: 'fps', limit: 50 },
      { what: 'map, all hosts open: paging', n, value: jump.fps, unit: 'fps', limit: 50 },
      { what: 'map, all hosts open: density', n, value: zoom.fps, unit: 'fps', limit: 50 },
      { what: 'map, all hosts open: DOM of the map', n, value: Math.max(scroll.nodes, jump.nodes, zoom.nodes), unit: 'nodes', limit: 400 },
    ]
  } finally {
    await browser.close()
    server.close()
  }
}

interface FrameCount {
  readonly fps: number
  readonly nodes: number
}

/** Runs an action while counting the page's animation frames and, each tenth frame, the elements of the map. */
async function frames(page: Page, action: () => Promise<void>): Promise<FrameCount> {
  const handle = await page.evaluateHandle(() => {
    const count = { frames: 0, nodes: 0, running: true, start: performance.now(), end: 0 }
    const tick = (): void => {
      count.frames++
      if (count.frames % 10 === 0) count.nodes = Math.max(count.nodes, document.querySelectorAll('.map-canvas *').length)
      count.end = performance.now()
      if (count.running) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
    return count
  })
  await action()
  return handle.evaluate((count) => {
    count.running = false
    return { fps: (count.frames * 1000) / (count.end - count.start), nodes: count.nodes }
  })
}

if (process.argv[1]?.endsWith('bench/map-frames.ts') === true) {
  for (const row of await benchMapFrames(Number(process.argv[2] ?? 10_000))) console.log(`${row.what.padEnd(38)} n=${row.n} ${row.value.toFixed(1).padStart(8)} ${row.unit} (limit ${row.limit})`)
}
