// npm run demo: the dashboard on the sandbox cluster, from a bare checkout. Ctrl-C stops all of it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensureBuild, ensureDependencies, requireNode, root, say } from './prepare.mjs'

requireNode()
ensureDependencies()
ensureBuild()

const children = new Set()
let stopping = false

say('Starting the sandbox cluster')
const sandbox = await firstLine(start(['lib/sandbox/main.ts', '--state', join(root, '.sandbox'), ...process.argv.slice(2).filter((word) => word.startsWith('--traffic'))]))
say('Starting the dashboard')
const server = await firstLine(start(['lib/server/http/main.ts', '--json', '--kubeconfig', sandbox.kubeconfig, '--context', 'sandbox', '--state', join(root, '.sandbox')]))
process.stdout.write(`
Meridian: ${server.ready}

  kubectl      export KUBECONFIG=${sandbox.kubeconfig}
  the edge     curl -H 'host: shop.example.com' http://127.0.0.1:${sandbox.exposure.http}/cart
               https on ${sandbox.exposure.https}, mysql on ${sandbox.exposure.mysql}
  stop         Ctrl-C
`)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)

// The channel tells the children when this process is gone, however it went; their own group keeps Ctrl-C for it alone.
function start(words) {
  const child = spawn(process.execPath, [join(root, 'bin', 'run-ts.mjs'), ...words], { cwd: root, stdio: ['ignore', 'pipe', 'inherit', 'ipc'], detached: process.platform !== 'win32', env: { ...process.env, NODE_ENV: 'production' } })
  children.add(child)
  child.on('exit', (code) => {
    children.delete(child)
    if (!stopping) {
      process.stderr.write(`${words[0]} ended by itself (${code ?? 'signal'}).\n`)
      stop(1)
    }
  })
  return child
}

/** The first line of a child's output, as JSON. */
function firstLine(child) {
  return new Promise((resolve) => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      try {
        resolve(JSON.parse(line))
      } catch {
        process.stdout.write(`${line}\n`)
      }
    })
  })
}

function stop(code = 0) {
  if (stopping) return
  stopping = true
  const late = setTimeout(() => {
    for (const child of children) child.kill('SIGKILL')
    process.exit(1)
  }, 12_000)
  Promise.all([...children].map((child) => new Promise((done) => {
    child.on('exit', done)
    child.kill('SIGTERM')
  }))).then(() => {
    clearTimeout(late)
    process.exit(typeof code === 'number' ? code : 0)
  })
}
