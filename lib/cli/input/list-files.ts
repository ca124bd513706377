import { readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { compareBytes } from '@/lib/std/compare-bytes'

/** A file to read, or why a path cannot be read. */
export type FoundFile = { readonly file: string; readonly error?: undefined } | { readonly file: string; readonly error: string }

const extensions = ['.yaml', '.yml', '.json']

/**
 * The files that a path stands for: itself under any name, or all .yaml, .yml and .json files under a folder, by name.
 * Links are followed, a folder is visited once. `-` is standard input and stays as it is.
 */
export function listFiles(path: string, visited: Set<string> = new Set()): readonly FoundFile[] {
  if (path === '-') return [{ file: path }]
  try {
    return statSync(path).isDirectory() ? listFolder(path, visited) : [{ file: path }]
  } catch (error) {
    return [{ file: path, error: reasonOf(error) }]
  }
}

function listFolder(folder: string, visited: Set<string>): readonly FoundFile[] {
  const real = realpathSync(folder)
  if (visited.has(real)) return []
  visited.add(real)
  const names = readdirSync(folder).sort(compareBytes)
  return names.flatMap((name): readonly FoundFile[] => {
    const path = join(folder, name)
    const wanted = extensions.some((extension) => name.toLowerCase().endsWith(extension))
    try {
      const stats = statSync(path)
      if (stats.isDirectory()) return listFiles(path, visited)
      return wanted && stats.isFile() ? [{ file: path }] : []
    } catch (error) {
      return wanted ? [{ file: path, error: reasonOf(error) }] : []
    }
  })
}

/** Why a file system call failed, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  switch (code) {
    case 'ENOENT': return 'there is no such file'
    case 'EACCES': case 'EPERM': return 'permission denied'
    case 'ELOOP': return 'its links lead in a circle'
    case 'EISDIR': return 'it is a folder'
    default: return error instanceof Error ? error.message : String(error)
  }
}
