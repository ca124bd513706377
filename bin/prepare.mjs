// What a bare machine needs before anything of ours can run. Plain JavaScript, no dependencies:
// it is there to install them. Each step says what it does, and is skipped when it was done before.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** Ends the process with status 2 and one line when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  process.stderr.write(`Meridian needs Node 20.19 or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}

/** Installs the lock file's dependencies unless they are already in place. */
export function ensureDependencies() {
  const lock = join(root, 'package-lock.json')
  const stamp = join(root, 'node_modules', '.meridian-lock')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const installed = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    say('Installing dependencies (npm ci), about half a minute')
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  }
  writeFileSync(stamp, wanted)
}

/** Builds the dashboard unless the sources of the last build are unchanged. */
export function ensureBuild() {
  const stamp = join(root, '.next', 'meridian-build')
  const sources = sourcesHash(['app', 'components', 'lib', 'public', 'next.config.js', 'postcss.config.mjs', 'package-lock.json', 'tsconfig.json'])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === sources) return
  say('Building the dashboard (next build), about a minute')
  run(process.execPath, [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'], { NEXT_TELEMETRY_DISABLED: '1' })
  writeFileSync(stamp, sources)
}

/** The path of a Chromium: the system's, else Playwright's, else one from the system's package manager. */
export async function ensureChromium() {
  const system = () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find((file) => existsSync(file))
  const found = process.env.MERIDIAN_CHROMIUM ?? system() ?? (await playwrights())
  if (found) return found
  say('Installing a Chromium for the browser tests')
  spawnSync(process.execPath, [join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'install', 'chromium-headless-shell'], { cwd: root, stdio: 'ignore', timeout: 180_000 })
  const downloaded = await playwrights()
  if (downloaded) return downloaded
  for (const [command, steps] of Object.entries(packageManagers)) {
    if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0) continue
    for (const step of steps) spawnSync(command, step, { stdio: 'ignore', timeout: 600_000, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    const installed = system()
    if (installed) return installed
  }
  process.stderr.write('No Chromium could be found or installed. Install one and set MERIDIAN_CHROMIUM to its path.\n')
  process.exit(2)
}

const packageManagers = {
  'apt-get': [['update', '-qq'], ['install', '-y', '-qq', '--no-install-recommends', 'chromium']],
  dnf: [['install', '-y', 'chromium']],
  apk: [['add', '--no-cache', 'chromium']],
}

async function playwrights() {
  try {
    const { chromium } = await import('@playwright/test')
    const file = chromium.executablePath()
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

/** Prints what is being done, for the person who waits. */
export function say(sentence) {
  process.stdout.write(`${sentence} …\n`)
}

/** Runs a command to its end; ends this process with its status when it fails. */
export function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs a command, passing its output on; resolves to its status and what it printed. */
export function capture(command, args, env = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    let text = ''
    const take = (stream) => (chunk) => {
      text += chunk
      stream.write(chunk)
    }
    child.stdout.on('data', take(process.stdout))
    child.stderr.on('data', take(process.stderr))
    child.on('close', (status) => done({ status: status ?? 1, text }))
  })
}

function sourcesHash(paths) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(join(path, name))
    } else if (!path.includes('.test.')) {
      hash.update(path).update('\0').update(readFileSync(full)).update('\0')
    }
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}
