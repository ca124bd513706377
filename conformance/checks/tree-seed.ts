import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../build/project-root'

const parts = ['lib/mesh', 'lib/sandbox/data-plane', 'conformance'] as const
const sources = ['.ts', '.go', '.yaml', '.mod']

/**
 * A seed that is the sources' own: every change of the engine or of its judges draws cases never drawn before, and the same
 * sources meet the same cases wherever they are checked. MERIDIAN_SEED overrules it.
 */
export function treeSeed(): number {
  const said = process.env['MERIDIAN_SEED']
  if (said !== undefined) return Number(said)
  const hash = createHash('sha256')
  for (const part of parts) for (const file of filesIn(join(projectRoot(), part))) hash.update(readFileSync(file))
  return hash.digest().readUInt32BE(0) % 1_000_000_000
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && sources.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name)).sort()
}
