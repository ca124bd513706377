import { readFileSync } from 'node:fs'
import { formatRef, refOf } from '@/lib/mesh/resource'
import { snapshotOf, type Snapshot } from '@/lib/mesh/snapshot'
import { listFiles, reasonOf } from './list-files'
import { meshTextError } from './mesh-text'
import { readDocuments, type Remark } from './read-documents'
import { readObjects, type KeyedObject } from './read-objects'
import { decodeText } from './read-text'

/** The cluster that files describe. */
export interface Loaded {
  readonly snapshot: Snapshot
  /** Documents that could not be read, in the order of the input. */
  readonly unreadable: readonly Remark[]
  readonly warnings: readonly Remark[]
}

/**
 * Reads all objects under the paths (files, folders, `-` for `stdin`) into one snapshot. Of an object that comes twice
 * the last one counts, as when both are applied. What cannot be read is told, the rest is used. Never throws.
 */
export function loadObjects(paths: readonly string[], stdin: Uint8Array): Loaded {
  const objects: KeyedObject[] = []
  const unreadable: Remark[] = []
  const warnings: Remark[] = []
  const places = new Map<string, string>()
  for (const { file, error } of paths.flatMap((path) => listFiles(path))) {
    const name = file === '-' ? 'stdin' : file
    const read = error === undefined ? readFile(file, stdin) : { text: '', error }
    if (read.error !== undefined) {
      unreadable.push({ file: name, line: 0, message: read.error })
      continue
    }
    const contents = readDocuments(read.text, name)
    const here: Remark[] = [...contents.unreadable]
    warnings.push(...contents.warnings)
    for (const document of contents.documents) {
      const found = readObjects(document.value)
      here.push(...found.errors.map(({ path, message }) => ({ file: name, line: document.lineOf(path), message })))
      for (const [key, object] of found.objects) {
        const identity = `${key} ${object.metadata.namespace ?? ''}/${object.metadata.name}`
        const before = places.get(identity)
        if (before !== undefined) warnings.push({ file: name, line: document.line, message: `${formatRef(refOf(object))} is also in ${before}; the last one counts` })
        places.set(identity, `${name}:${document.line}`)
        objects.push([key, object])
        const mesh = meshTextError([key, object])
        if (mesh !== undefined) here.push({ file: name, line: document.lineOf(['data', 'mesh']), message: `${formatRef(refOf(object))}: data.mesh: ${mesh}` })
      }
    }
    unreadable.push(...here.sort((a, b) => a.line - b.line))
  }
  return { snapshot: snapshotOf(objects), unreadable, warnings }
}

function readFile(file: string, stdin: Uint8Array): { readonly text: string; readonly error?: string } {
  try {
    const { text, valid } = decodeText(file === '-' ? stdin : readFileSync(file))
    return valid ? { text } : { text, error: 'it is not UTF-8 text' }
  } catch (error) {
    return { text: '', error: reasonOf(error) }
  }
}
