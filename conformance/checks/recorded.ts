import assert from 'node:assert/strict'
import { startBench } from '../case-bench'
import { readCases, readExpected } from '../case-file'

/** Asks Pilot about every recorded case again: the answers in the repository are Pilot's, not someone's. */
export async function checkRecorded(): Promise<void> {
  const bench = startBench(() => {})
  try {
    for (const one of readCases()) assert.deepEqual(JSON.parse(JSON.stringify(await bench.ask(one))), readExpected(one.name), `conformance/expected/${one.name}.json differs: npm run conformance:record`)
  } finally {
    bench.close()
  }
}
