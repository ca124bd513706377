import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from '../process/alive'

/** Where built binaries are kept, outside the repository, shared by all checkouts. */
export function cacheRoot(): string {
  return process.env['MERIDIAN_REAL_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'meridian-real')
}

/** A key over files and folders (contents and names) and plain words; 16 hex digits. */
export function keyOf(files: readonly string[], words: readonly string[]): string {
  const hash = createHash('sha256')
  for (const word of words) hash.update(`${word}\0`)
  for (const file of files.flatMap(listed)) hash.update(`${file.slice(file.lastIndexOf('/'))}\0`).update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function listed(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path).sort().flatMap((name) => listed(join(path, name)))
}

/**
 * The folder `<cache>/<name>-<key>`, made by `make` when it is not there. Two processes that want the
 * same folder wait for each other; a folder appears whole or not at all.
 */
export async function cachedFolder(name: string, key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), `${name}-${key}`)
  if (existsSync(folder)) return folder
  mkdirSync(cacheRoot(), { recursive: true })
  const lock = `${folder}.lock`
  while (!tryLock(lock)) {
    await delay(500)
    if (existsSync(folder)) return folder
  }
  const draft = `${folder}.${process.pid}`
  try {
    if (existsSync(folder)) return folder
    mkdirSync(draft)
    await make(draft)
    renameSync(draft, folder)
    return folder
  } finally {
    rmSync(draft, { recursive: true, force: true })
    rmSync(lock, { force: true })
  }
}

/** Takes the lock, also from an owner that is gone. */
function tryLock(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch {
    try {
      if (!isAlive(Number(readFileSync(lock, 'utf8')))) rmSync(lock, { force: true })
    } catch {
      // The owner let it go between the two lines: the next try takes it.
    }
    return false
  }
}
