import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chromium, type Page } from '@playwright/test'
import { createLogEngine } from '@/components/logs/engine/log-engine'
import { parseAccessLog } from '@/lib/mesh/log/access-log'
import { serveLogs } from './logs-server'

const chrome = process.env['MERIDIAN_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file))

/** One line of the table. */
export interface LogsRow {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly limit: number
}

/** The logs screen while so many lines a second come until `most` are kept: frames, what the tab saw, what the browser holds. */
export async function benchLogsFrames(rate = 50_000, most = 1_000_000): Promise<readonly LogsRow[]> {
  const { url, server, written } = await serveLogs(rate, most)
  const browser = await chromium.launch({ ...(chrome === undefined ? {} : { executablePath: chrome }), args: ['--no-sandbox', '--enable-precise-memory-info'] })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(url)
    await page.locator('[data-id]').first().waitFor({ timeout: 60_000 })
    const began = { at: performance.now(), lines: written() }
    const following = await frames(page, 8_000)
    const came = (written() - began.lines) / ((performance.now() - began.at) / 1000)
    await page.mouse.move(700, 500)
    await page.mouse.wheel(0, 40_000)
    const reading = await frames(page, 4_000)
    await page.waitForFunction((wanted) => {
      const [, kept, lost] = /Kept ([\d,]+) lines, ([\d,]+) skipped/.exec(document.querySelector('.truth')?.textContent ?? '') ?? []
      return Number(kept?.replaceAll(',', '')) + Number(lost?.replaceAll(',', '')) >= wanted
    }, most, { timeout: 240_000 })
    const held = residentMegabytes(process.pid)
    const skipped = Number(/([\d,]+) skipped/.exec((await page.locator('.truth').textContent()) ?? '')?.[1]?.replaceAll(',', '') ?? 0)
    const searched = performance.now()
    await page.getByRole('textbox', { name: 'Filter lines' }).fill('d33daa2b-f397-45e1-b4b3-17b5be290042')
    await page.waitForFunction(() => document.querySelector('.logs-status-line')?.textContent.includes('searching') === false && document.querySelector('.truth')?.textContent !== undefined && Number(document.querySelector<HTMLElement>('.logs-lines > :last-child')?.style.height.replace('px', '')) / 20 < 10_000, undefined, { timeout: 120_000 })
    return [
      { what: 'logs, lines a second that came', value: came, unit: 'lines/s', limit: rate },
      { what: 'logs, following: frames', value: following, unit: 'fps', limit: 55 },
      { what: 'logs, reading far from the newest: frames', value: reading, unit: 'fps', limit: 55 },
      { what: 'logs, lines skipped (counted)', value: skipped, unit: 'lines', limit: 0 },
      { what: `logs, browser with ${most} lines of 400 bytes`, value: held, unit: 'MB', limit: 600 },
      { what: 'logs, all of them searched for a text', value: performance.now() - searched, unit: 'ms', limit: 10_000 },
    ]
  } finally {
    await browser.close()
    server.close()
    server.closeAllConnections()
  }
}

/** Frames a second of a page over some time. */
async function frames(page: Page, millis: number): Promise<number> {
  return page.evaluate((time) => new Promise<number>((resolve) => {
    const start = performance.now()
    let count = 0
    const tick = (now: number): void => {
      count++
      if (now - start < time) requestAnimationFrame(tick)
      else resolve((count * 1000) / (now - start))
    }
    requestAnimationFrame(tick)
  }), millis)
}

/** Resident memory of the renderers below a process, in MB: the pages and their workers. */
function residentMegabytes(parent: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' }).split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line)).filter((row) => row !== null)
  const below = new Set([parent])
  for (let round = 0; round < 8; round++) for (const [, pid, ppid] of rows) if (below.has(Number(ppid))) below.add(Number(pid))
  const shared = (pid: string): number => {
    try {
      return Number(/^Pss_Anon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? Number.NaN)
    } catch {
      return Number.NaN
    }
  }
  return rows.filter(([, pid, , , args]) => below.has(Number(pid)) && args?.includes('--type=renderer')).reduce((sum, [, pid, , rss]) => {
    const own = shared(pid ?? '')
    return sum + (Number.isNaN(own) ? Number(rss) : own)
  }, 0) / 1024
}

/** Lines parsed, and taken into the engine, a second on one core. */
export function benchLogEngine(count = 300_000): readonly LogsRow[] {
  const text = (index: number): string => `[2026-01-01T00:00:00.000Z] "GET /cart/items/${index} HTTP/1.1" 200 - via_upstream - "-" 0 86 13 12 "10.244.0.13" "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0" "d33daa2b-f397-45e1-b4b3-17b5be290d53" "shop.example.com" "10.244.0.23:80" outbound|80|v1|cart.shop.svc.cluster.local 10.244.0.13:43634 10.244.0.13:8080 127.0.0.1:55056 - cart`
  const lines = Array.from({ length: count }, (_, index) => text(index))
  const parse = seconds(() => { for (const line of lines) parseAccessLog(line) })
  const engine = createLogEngine({ limit: 1_000_000, find: () => undefined })
  const take = seconds(() => {
    for (let at = 0; at < count; at += 1_000) engine.add(lines.slice(at, at + 1_000).map((line, index) => ['n/a', `2026-01-01T00:00:00.${String(at + index).padStart(9, '0')}Z`, line]), 0, at)
  })
  return [{ what: 'log lines parsed on one core', value: count / parse, unit: 'lines/s', limit: 200_000 }, { what: 'log lines taken in on one core', value: count / take, unit: 'lines/s', limit: 50_000 }]
}

function seconds(run: () => void): number {
  const start = performance.now()
  run()
  return (performance.now() - start) / 1000
}

if (process.argv[1]?.endsWith('bench/logs-frames.ts') === true) {
  const rows = [...benchLogEngine(), ...(await benchLogsFrames(Number(process.argv[2] ?? 50_000), Number(process.argv[3] ?? 1_000_000)))]
  for (const row of rows) console.log(`${row.what.padEnd(52)} ${row.value.toFixed(1).padStart(10)} ${row.unit} (limit ${row.limit})`)
}
