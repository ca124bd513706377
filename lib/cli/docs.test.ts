import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { consoleBlocks, docsPage, renewBlock } from './docs-page'

describe('docs/cli.md shows what is printed (node bin/run-ts.mjs lib/cli/write-docs.ts writes it anew)', () => {
  it.each(consoleBlocks(readFileSync(docsPage, 'utf8')).map((block) => [block.split('\n')[1] ?? '', block]))('%s', async (_, block) => {
    expect(await renewBlock(block)).toBe(block)
  })
})
