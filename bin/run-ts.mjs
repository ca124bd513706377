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
  const known = readManifest(manifest)
  if (known !== undefined && existsSync(join(cache, known.out)) && known.files.every(([file, hash]) => existsSync(join(root, file)) && digest(join(root, file)) === hash)) return join(cache, known.out)
  const result = await build(entry, { packages: 'external' })
  const code = result.outputFiles[0].contents
  const key = createHash('sha256').update(code).digest('hex').slice(0, 16)
  const out = `${name}.${key}.mjs`
  const files = Object.keys(result.metafile.inputs).filter((file) => !file.startsWith('node_modules')).map((file) => [file, digest(join(root, file))])
  mkdirSync(cache, { recursive: true })
  writeAtomically(join(cache, out), code)
  writeAtomically(manifest, JSON.stringify({ files, out }))
  return join(cache, out)
}

/**
 * The URL to import for `entry`: its bundle, or, where the cache cannot be written (a read-only folder, a full disk), a
 * URL that holds the bundle itself, packages included.
 */
export async function bundleUrl(entry) {
  try {
    return pathToFileURL(await bundle(entry)).href
  } catch (error) {
    if (typeof error?.syscall !== 'string') throw error
    const require = `import { createRequire as meridianRequire } from 'node:module'; const require = meridianRequire(${JSON.stringify(join(root, 'package.json'))});`
    const whole = await build(entry, { banner: { js: require }, sourcemap: false })
    return `data:text/javascript;base64,${Buffer.from(whole.outputFiles[0].contents).toString('base64')}`
  }
}

async function build(entry, more) {
  const { build: esbuild } = await import('esbuild')
  return esbuild({
    entryPoints: [resolve(root, entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'inline',
    alias: { '@': root },
    absWorkingDir: root,
    jsx: 'automatic',
    logLevel: 'error',
    define: { 'import.meta.meridianRoot': JSON.stringify(root) },
    loader: { '.yaml': 'text', '.md': 'text' },
    ...more,
  })
}

/** What an earlier run wrote; undefined when there is none or it is broken. */
function readManifest(file) {
  try {
    const { files, out } = JSON.parse(readFileSync(file, 'utf8'))
    return Array.isArray(files) && typeof out === 'string' && !out.includes('/') ? { files, out } : undefined
  } catch {
    return undefined
  }
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
  const url = await bundleUrl(entry)
  process.argv = [process.argv[0], resolve(root, entry), ...rest]
  await import(url)
}
