import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBatch } from './batch-file'
import { projectRoot } from './build/project-root'
import { readCases } from './case-file'
import { detectors } from './coverage/detectors'

const folders = ['app', 'bench', 'bin', 'components', 'conformance', 'e2e', 'lib']

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path)
    return ['.test.ts', '.test.tsx', '.spec.ts'].some((end) => entry.name.endsWith(end)) ? [path] : []
  })
}

/** Ids as `[GW1]`, as the titles of tests hold them. */
function namedIn(text: string): readonly string[] {
  return [...text.matchAll(/\[([A-Z][A-Z0-9]+[0-9])\]/g)].map(([, id]) => id ?? '')
}

/** Ids in the first line of the cases that are asked of Envoy: `rules: [SIM1, SIM2]`. */
function probed(): readonly string[] {
  const folder = join(projectRoot(), 'conformance', 'envoy', 'cases')
  return readdirSync(folder).flatMap((file) => [...(readFileSync(join(folder, file), 'utf8').split('\n')[0] ?? '').matchAll(/\b([A-Z]+[0-9]+)\b/g)].map(([, id]) => id ?? ''))
}

const spec = readFileSync(join(projectRoot(), 'lib', 'mesh', 'SPEC.md'), 'utf8')

function rulesIn(text: string): readonly string[] {
  return [...text.matchAll(/^- ([A-Z][A-Z0-9]*[0-9])\b/gm)].map(([, id]) => id ?? '')
}

const defined = rulesIn(spec)
const prefixes = new Set(defined.map((id) => id.replace(/[0-9]+$/, '')))
const named = new Set([
  ...folders.flatMap((folder) => testFiles(join(projectRoot(), folder))).flatMap((file) => namedIn(readFileSync(file, 'utf8'))),
  ...readCases().flatMap(({ rules }) => rules),
  ...probed(),
  ...readBatch().flatMap(({ rules }) => rules),
])

describe('the rules of lib/mesh/SPEC.md', () => {
  it('are each written once', () => {
    expect(defined.filter((id, index) => defined.indexOf(id) !== index)).toEqual([])
  })

  it('are each in a test\'s name', () => {
    expect(defined.filter((id) => !named.has(id))).toEqual([])
  })

  it('are all that tests name', () => {
    expect([...named].filter((id) => !defined.includes(id) && prefixes.has(id.replace(/[0-9]+$/, '')))).toEqual([])
  })

  it('of translation each have a detector for the coverage table', () => {
    const counted = new Set(detectors.map(([rule]) => rule))
    const translation = rulesIn(spec.split('\n## ').find((part) => part.startsWith('Translate')) ?? '')
    expect(translation.filter((id) => id !== 'DET2' && !counted.has(id))).toEqual([])
    expect([...counted].filter((id) => !defined.includes(id))).toEqual([])
  })
})
