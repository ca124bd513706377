// npm run verify: types, lint, layers, dead code and unit tests, two at a time, under a minute.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

const steps = [
  ['unit tests', ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--exclude', 'bin/canary.test.ts']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['types of the core', ['node_modules/typescript/bin/tsc', '-p', 'lib/mesh', '--noEmit']],
  ['lint', ['node_modules/eslint/bin/eslint.js', '--cache', '--cache-location', '.cache/eslint', '.']],
  ['layers', ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', ...['app', 'components', 'lib', 'e2e', 'bench', 'conformance'].filter((folder) => existsSync(join(root, folder)))]],
  ['dead code', ['node_modules/knip/bin/knip.js', '--cache', '--cache-location', '.cache/knip']],
]

const started = Date.now()
const queue = [...steps]
const failed = []
await Promise.all([worker(), worker()])
// Alone and last: it plants violations in the tree that the others read.
queue.push(['canary', ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', 'bin/canary.test.ts']])
await worker()
process.stdout.write(failed.length === 0 ? `verified in ${Math.round((Date.now() - started) / 1000)} s\n` : `failed: ${failed.join(', ')}\n`)
process.exit(failed.length === 0 ? 0 : 1)

async function worker() {
  for (let step = queue.shift(); step; step = queue.shift()) {
    const [name, args] = step
    const begun = Date.now()
    const { status, text } = await output(args)
    process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - begun) / 1000).toFixed(1)} s)\n`)
    if (status !== 0) {
      failed.push(name)
      process.stdout.write(`${text}\n`)
    }
  }
}

function output(args) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    child.stdout.on('data', (chunk) => (text += chunk))
    child.stderr.on('data', (chunk) => (text += chunk))
    child.on('close', (status) => done({ status, text }))
  })
}
