// Runs a TypeScript entry without a build: esbuild bundles our own sources (packages stay external)
// into node_modules/.cache/meridian, keyed by the sources' hash, and the bundle is imported.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/**
 * Bundles `entry` (a path relative to the project's root) and returns the path of the bundle.
 * A bundle is reused while every source it was made of is unchanged.
 */
export async function bundle(entry) {
  const cache = join(root, 'node_modules', '.cache', 'meridian')
  const name = relative(root, resolve(root, entry)).replaceAll('/', '__')
  const manifest = join(cache, `${name}.json`)
  if (existsSync(manifest)) {
    const { files, out, root: madeAt } = JSON.parse(readFileSync(manifest, 'utf8'))
    // The root is part of the bundle: one that came along in a copied or moved folder is another checkout's.
    if (madeAt === root && existsSync(out) && files.every(([file, hash]) => existsSync(join(root, file)) && digest(join(root, file)) === hash)) return out
  }
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [resolve(root, entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    alias: { '@': root },
    absWorkingDir: root,
    jsx: 'automatic',
    logLevel: 'error',
    define: { 'import.meta.meridianRoot': JSON.stringify(root) },
    loader: { '.yaml': 'text', '.md': 'text' },
  })
  const code = result.outputFiles[0].contents
  const key = createHash('sha256').update(code).digest('hex').slice(0, 16)
  mkdirSync(cache, { recursive: true })
  const out = join(cache, `${name}.${key}.mjs`)
  writeAtomically(out, code)
  const files = Object.keys(result.metafile.inputs).filter((file) => !file.startsWith('node_modules')).map((file) => [file, digest(join(root, file))])
  writeAtomically(manifest, JSON.stringify({ files, out, root }))
  return out
}

function digest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

function writeAtomically(file, content) {
  const temporary = `${file}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, file)
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...rest] = process.argv.slice(2)
  if (!entry) {
    console.error('usage: node bin/run-ts.mjs ENTRY.ts [arguments]')
    process.exit(2)
  }
  const out = await bundle(entry)
  process.argv = [process.argv[0], resolve(root, entry), ...rest]
  await import(pathToFileURL(out).href)
}
