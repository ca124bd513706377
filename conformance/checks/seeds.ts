import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { projectRoot } from '../build/project-root'

/** What test:real draws. */
export type Drawn = 'meshes' | 'requests' | 'objects'

/**
 * The seed of a check of test:real: drawn anew for each commit, so that the meshes are fresh and a run can be repeated on
 * the same commit. MERIDIAN_SEED says another.
 */
export function seedOf(drawn: Drawn): number {
  const said = process.env['MERIDIAN_SEED']
  if (said !== undefined) return Number(said)
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: projectRoot(), encoding: 'utf8' })
  return createHash('sha256').update(`${drawn} ${stdout ?? ''}`).digest().readUInt32BE() % 1_000_000_000
}
