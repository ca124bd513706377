import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './prepare.mjs'

/** Plants one violation of each kind and expects the tools to see it: a check that cannot fail guards nothing. */
const plants: readonly { readonly name: string; readonly files: Readonly<Record<string, string>>; readonly tool: 'layers' | 'core types' | 'lint'; readonly says: string }[] = [
  { name: 'the core imports the server', tool: 'layers', says: 'not-in-allowed', files: { 'lib/mesh/zz-canary-1/a.ts': "import '@/lib/server/zz-canary-1/b'\n", 'lib/server/zz-canary-1/b.ts': 'export const b = 1\n' } },
  { name: 'the core takes a package that is not on its list', tool: 'layers', says: 'mesh-npm-list', files: { 'lib/mesh/zz-canary-2/a.ts': "import 'zod'\n" } },
  { name: 'the core does I/O', tool: 'layers', says: 'mesh-no-io', files: { 'lib/mesh/zz-canary-3/a.ts': "import 'node:fs'\n" } },
  { name: 'a cycle', tool: 'layers', says: 'no-cycles', files: { 'lib/std/zz-canary-4/a.ts': "import './b'\n", 'lib/std/zz-canary-4/b.ts': "import './a'\n" } },
  { name: 'one screen imports another', tool: 'layers', says: 'screens-are-islands', files: { 'components/map/zz-canary-5.ts': "import '../logs/zz-canary-5'\n", 'components/logs/zz-canary-5.ts': 'export const b = 1\n' } },
  { name: 'the sandbox imports the server', tool: 'layers', says: 'not-in-allowed', files: { 'lib/sandbox/zz-canary-6/a.ts': "import '@/lib/server/zz-canary-6/b'\n", 'lib/server/zz-canary-6/b.ts': 'export const b = 1\n' } },
  { name: 'the server imports the client', tool: 'layers', says: 'not-in-allowed', files: { 'lib/server/zz-canary-7/a.ts': "import '@/lib/client/zz-canary-7/b'\n", 'lib/client/zz-canary-7/b.ts': 'export const b = 1\n' } },
  { name: 'the browser reaches the server through app', tool: 'layers', says: 'browser-never-reaches-server', files: { 'components/ui/zz-canary-8.ts': "import '@/lib/client/zz-canary-8/b'\n", 'lib/client/zz-canary-8/b.ts': "import '@/lib/kube/zz-canary-8/c'\n", 'lib/kube/zz-canary-8/c.ts': 'export const c = 1\n' } },
  { name: 'the core reads the environment', tool: 'core types', says: "Cannot find name 'process'", files: { 'lib/mesh/zz-canary-9/a.ts': 'export const a = process.env\n' } },
  { name: 'the core fetches', tool: 'core types', says: "Cannot find name 'fetch'", files: { 'lib/mesh/zz-canary-10/a.ts': "export const a = fetch('x')\n" } },
  { name: 'the core reads the clock', tool: 'lint', says: 'no-restricted-globals', files: { 'lib/mesh/zz-canary-11/a.ts': 'export const a = Date.now()\n' } },
  { name: 'the core throws dice', tool: 'lint', says: 'deterministic', files: { 'lib/mesh/zz-canary-12/a.ts': 'export const a = Math.random()\n' } },
  { name: 'the core builds a RegExp', tool: 'lint', says: 'RE2 only', files: { 'lib/mesh/zz-canary-13/a.ts': "export const a = new RegExp('a')\n" } },
  { name: 'the core orders by locale', tool: 'lint', says: 'compare-bytes', files: { 'lib/mesh/zz-canary-14/a.ts': "export const a = 'a'.localeCompare('b')\n" } },
]

const tools = {
  layers: (files: readonly string[]) => ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...files],
  'core types': () => ['node_modules/typescript/bin/tsc', '-p', 'lib/mesh', '--noEmit', '--pretty', 'false'],
  lint: (files: readonly string[]) => ['node_modules/eslint/bin/eslint.js', '--format', 'json', ...files],
} as const

function clear(): void {
  for (const file of plants.flatMap((plant) => Object.keys(plant.files))) {
    const folder = dirname(join(root, file))
    rmSync(basename(folder).startsWith('zz-canary') ? folder : join(root, file), { recursive: true, force: true })
  }
}

beforeAll(() => {
  for (const [file, text] of plants.flatMap((plant) => Object.entries(plant.files))) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
})
afterAll(clear)

describe.each(['layers', 'core types', 'lint'] as const)('%s sees what it forbids', (tool) => {
  const mine = plants.filter((plant) => plant.tool === tool)
  let printed = ''

  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(process.execPath, tools[tool](mine.flatMap((plant) => Object.keys(plant.files))), { cwd: root, encoding: 'utf8' })
    expect(status).not.toBe(0)
    printed = `${stdout}${stderr}`
  }, 120_000)

  it.each(mine)('$name', ({ files, says }) => {
    const [first = ''] = Object.keys(files)
    const about = printed.split(tool === 'lint' ? '"filePath"' : '\n').filter((part) => part.includes(first))
    expect(about.join('\n')).toContain(says)
  })
})
