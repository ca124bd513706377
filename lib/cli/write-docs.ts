// Writes the outputs in docs/cli.md anew: node bin/run-ts.mjs lib/cli/write-docs.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { consoleBlocks, docsPage, renewBlock } from './docs-page'

let page = readFileSync(docsPage, 'utf8')
for (const block of consoleBlocks(page)) {
  const made = await renewBlock(block)
  page = page.replace(block, () => made)
}
writeFileSync(docsPage, page)
