// The part of zod/mini that the project uses, as one file: Turbopack keeps every string format and helper of it
// (an unused function still holds its imports), which is 9 KB gz of each page's first load; esbuild does not.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const file = '.cache/zod-mini.mjs'
const browserFolders = ['app', 'components', 'lib/client', 'lib/contract', 'lib/mesh']

/** Writes the file and gives its path for `resolveAlias`, relative to the project's folder. */
export function usedZod(root) {
  const names = new Set()
  for (const folder of browserFolders) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue
      const text = readFileSync(join(root, folder, name), 'utf8')
      if (/from 'zod\/mini'/.test(text)) for (const [, used] of text.matchAll(/\bz\.([a-z]\w*)\(/g)) names.add(used)
    }
  }
  const entry = `export { ${[...names].sort().join(', ')} } from 'zod/mini'`
  const { outputFiles: [built] } = buildSync({ stdin: { contents: entry, resolveDir: root, loader: 'js' }, absWorkingDir: root, bundle: true, write: false, format: 'esm', platform: 'browser', target: 'es2022', logLevel: 'error' })
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(join(root, file), built.contents)
  return `./${file}`
}
