import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { projectRoot } from '../build/project-root'

/** How many tests of a run passed and failed. */
export interface Totals {
  readonly passed: number
  readonly failed: number
}

const reportSchema = z.object({ stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }) })

const prepare = `
import { ensureBuild, ensureChromium } from './bin/prepare.mjs'
const chromium = await ensureChromium()
ensureBuild()
process.stderr.write(chromium)`

/** Runs the browser suite (e2e/) with project `real` on the stack of a state folder. */
export async function browserSuite(folder: string): Promise<Totals> {
  const root = projectRoot()
  const prepared = await node(['--input-type=module', '-e', prepare], {})
  if (prepared.status !== 0) return { passed: 0, failed: 1 }
  const report = join(root, '.cache', 'e2e-real.json')
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(report, { force: true })
  const { status } = await node([join('node_modules', '@playwright', 'test', 'cli.js'), 'test', '--project=real', '--reporter=list,json'], {
    MERIDIAN_CHROMIUM: prepared.stderr.trim(), MERIDIAN_REAL_STATE: folder, PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  })
  const stats = existsSync(report) ? reportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))).stats : { expected: 0, unexpected: 0, flaky: 0 }
  return { passed: stats.expected + stats.flaky, failed: Math.max(stats.unexpected, status === 0 ? 0 : 1) }
}

function node(args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectRoot(), env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'pipe'] })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) process.stderr.write(stderr)
      resolve({ status: code ?? 1, stderr })
    })
  })
}
